//! Where the browser goes back to.

use crate::oauth::{with_fragment, with_query};

#[test]
fn a_query_of_its_own_stays() {
    for (uri, expected) in [
        ("https://app.example.com/cb", "https://app.example.com/cb?code=1&state=a+b"),
        ("https://app.example.com/cb?", "https://app.example.com/cb?code=1&state=a+b"),
        ("https://app.example.com/cb?x=1", "https://app.example.com/cb?x=1&code=1&state=a+b"),
        ("https://app.example.com/cb?x=1&", "https://app.example.com/cb?x=1&code=1&state=a+b"),
        ("myapp://cb", "myapp://cb?code=1&state=a+b"),
    ] {
        assert_eq!(with_query(uri, &[("code", "1"), ("state", "a b")]), expected);
    }
}

#[test]
fn nothing_breaks_out_of_a_parameter() {
    let nasty = "x&error=y#z\r\nSet-Cookie: a=b<script>\"'é";
    let encoded = "x%26error%3Dy%23z%0D%0ASet-Cookie%3A+a%3Db%3Cscript%3E%22%27%C3%A9";
    assert_eq!(
        with_query("https://a.example/", &[("state", nasty)]),
        format!("https://a.example/?state={encoded}")
    );
    assert_eq!(
        with_fragment("https://a.example/?x=1", &[("access_token", "a.b.c"), ("state", nasty)]),
        format!("https://a.example/?x=1#access_token=a.b.c&state={encoded}")
    );
}
