//! Cargo does not notice that the migrations are read while compiling.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
