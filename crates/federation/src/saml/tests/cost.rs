//! What hostile messages cost: as large as may be, signed by nobody, and in shapes that parsers do not like.

use std::time::{Duration, Instant};

use super::corpus::Corpus;
use super::*;

/// XML that fits into a response beside a signature: 100,000 characters of base64 are 75,000 bytes.
const ROOM: usize = 74_990 - 3_100;

fn repeated(part: impl Fn(usize) -> String, end: &str) -> String {
    let mut xml = String::new();
    let mut count = 0;
    loop {
        let next = part(count);
        if xml.len() + next.len() + (count + 1) * end.len() > ROOM {
            return xml + &end.repeat(count);
        }
        xml.push_str(&next);
        count += 1;
    }
}

/// The first so many parts of one of them.
fn some(count: usize, part: impl Fn(usize) -> String, end: &str) -> String {
    (0..count).map(part).collect::<String>() + &end.repeat(count)
}

/// Shapes that are refused for what they are, and shapes at the bounds, which are parsed.
fn shapes() -> Vec<(&'static str, bool, String)> {
    let attributes =
        |from: usize, count: usize| (from..from + count).map(|n| format!(" a{n}=''")).collect::<String>();
    let names = |from: usize, count: usize| {
        (from..from + count).map(|n| format!(" xmlns:n{n}='u{n}'")).collect::<String>()
    };
    vec![
        ("990 nested namespaces", false, some(990, |n| format!("<a xmlns:n{n}='u{n}'>"), "</a>")),
        ("nested namespaces", false, repeated(|n| format!("<a xmlns:n{n}='u'>"), "</a>")),
        ("nested elements", false, repeated(|_| "<a>".to_owned(), "</a>")),
        ("an element of namespaces", false, format!("<a{}/>", names(0, 3_300))),
        ("an element of attributes", false, format!("<a{}/>", attributes(0, 7_300))),
        ("elements", false, repeated(|_| "<a/>".to_owned(), "")),
        ("elements of a namespace each", false, repeated(|n| format!("<a xmlns:n{n}='u{n}'/>"), "")),
        ("elements of the same namespace", false, repeated(|_| "<a xmlns:n='u'/>".to_owned(), "")),
        ("elements of many attributes", true, repeated(|_| format!("<a{}/>", attributes(0, 60)), "")),
        (
            "prefixes at the bounds",
            true,
            format!(
                "{}{}",
                some(50, |n| format!("<a{}>", if n == 0 { names(0, 24) } else { String::new() }), ""),
                some(
                    1,
                    |_| repeated(|_| "<n23:b n23:c='' n22:c=''/>".to_owned(), "")[..26 * 1_500].to_owned(),
                    ""
                )
            ) + &"</a>".repeat(50),
        ),
        ("text", true, format!("<a>{}</a>", "x".repeat(ROOM - 10))),
        ("references", true, format!("<a>{}</a>", "&#x41;".repeat((ROOM - 10) / 6))),
        ("references in an attribute", true, format!("<a b='{}'/>", "&#x41;".repeat((ROOM - 10) / 6))),
        ("line ends", true, format!("<a>{}</a>", "\r\n".repeat((ROOM - 10) / 2))),
        ("comments", true, format!("<a>{}</a>", "x<!---->".repeat(1_900))),
        ("sections", true, format!("<a>{}</a>", "x<![CDATA[]]>".repeat((ROOM - 10) / 13))),
    ]
}

#[test]
fn what_hostile_responses_cost_is_bounded() {
    let corpus = Corpus::load();
    let honest = String::from_utf8(testdata("saml/good_response_signed.xml")).unwrap();
    let (before, end) = honest.rsplit_once("</").unwrap();
    let provider = &corpus.providers["plain"];
    let initiation = Initiation::ServiceProvider {
        request_id: corpus.entry("good_response_signed").request_id.as_deref().unwrap(),
    };
    let expected = Expected { initiation, encryption: Encryption::Refused, now: corpus.index.now };
    let read = |xml: &str| {
        let field = BASE64_STANDARD.encode(xml);
        assert!(field.len() <= LONGEST_RESPONSE, "{}", field.len());
        let begun = Instant::now();
        let verdict = corpus.service_provider.read_response(provider, &field, &expected);
        (begun.elapsed(), verdict)
    };
    let (took, verdict) = read(&honest);
    println!("an honest response: {took:?}");
    assert!(verdict.is_ok());
    let mut most = Duration::ZERO;
    let mut wrong = Vec::new();
    for (name, is_parsed, shape) in shapes() {
        let (took, verdict) = read(&format!("{before}{shape}</{end}"));
        let error = verdict.unwrap_err();
        println!("{name}: {took:?}, {error}");
        most = most.max(took);
        if is_parsed == (error == SamlError::TooComplex) {
            wrong.push((name, error));
        }
    }
    println!("the most: {most:?}");
    assert!(wrong.is_empty(), "{wrong:?}");
}
