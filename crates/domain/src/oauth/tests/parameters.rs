//! How queries and forms are read.

use crate::oauth::Parameters;

#[test]
fn values_are_decoded_and_empty_ones_count_as_none() {
    let parameters = Parameters::parse(b"a=1&b=x+y%20z&c=&d&e=%C3%A9&f=%FF&%67=7&a=2");
    for (name, value) in [
        ("a", Some("1")),
        ("b", Some("x y z")),
        ("c", None),
        ("d", None),
        ("e", Some("é")),
        ("f", Some("\u{fffd}")),
        ("g", Some("7")),
        ("h", None),
    ] {
        assert_eq!(parameters.get(name), value, "{name}");
    }
    assert!(parameters.is_repeated("a") && !parameters.is_repeated("b") && parameters.has_repeated());
    assert_eq!(Parameters::parse(b"").iter().count(), 0);
    // Twice is twice, with or without a value.
    assert!(Parameters::parse(b"a=&a=").has_repeated());
    assert!(!Parameters::parse(b"a=1&A=1").has_repeated());
}

#[test]
fn what_is_handed_on_means_the_same() {
    let parameters = Parameters::parse("lang=de&state=a%26b%3D%22%3C&lang=fr&x=é%0D%0A".as_bytes());
    let handed_on = parameters.encoded_without(&["lang"]);
    assert_eq!(handed_on, "state=a%26b%3D%22%3C&x=%C3%A9%0D%0A");
    let again = Parameters::parse(handed_on.as_bytes());
    assert_eq!([again.get("state"), again.get("lang")], [Some("a&b=\"<"), None]);
}
