//! An HTTP server that does nothing: it reads a body and answers it. No part of the product.
//!
//! `cargo xtask bench` compares Poolhouse with it: the same framework, as many workers, no work.

use std::io::Write as _;
use std::net::TcpListener;

use actix_web::{App, HttpResponse, HttpServer, web};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    writeln!(std::io::stdout(), "http://{}", listener.local_addr()?)?;
    let echo =
        |body: web::Bytes| async move { HttpResponse::Ok().content_type("application/json").body(body) };
    HttpServer::new(move || App::new().route("/", web::post().to(echo))).listen(listener)?.run().await
}
