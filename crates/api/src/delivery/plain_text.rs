//! The text of an HTML message for readers that show no HTML. Templates are short: lines, links and emphasis.

/// The words of `html`, links with where they lead.
pub(super) fn plain_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut link: Option<String> = None;
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, after)) = after.split_once('>') else {
            rest = after;
            break;
        };
        let name = tag.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
        match name.trim_end_matches('/') {
            "br" | "/p" | "/div" | "/h1" | "/h2" | "/h3" | "/tr" | "/li" => text.push('\n'),
            "a" => link = href(tag),
            "/a" => text.extend(link.take().map(|link| format!(" ({link})"))),
            _ => {}
        }
        rest = after;
    }
    text.push_str(rest);
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", " ");
    text.replace("&amp;", "&").trim().to_owned()
}

fn href(tag: &str) -> Option<String> {
    let (_, value) = tag.split_once("href=")?;
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_links_stay_and_tags_go() {
        for (html, text) in [
            ("Your code is 123456", "Your code is 123456"),
            ("Hello<br>you, <b>really</b>", "Hello\nyou, really"),
            ("<p>One</p><p>Two</p>", "One\nTwo"),
            (
                "Please <a href=\"https://x/?a=1&b=2\">Verify</a> now.",
                "Please Verify (https://x/?a=1&b=2) now.",
            ),
            ("jane &amp; joe &lt;3", "jane & joe <3"),
            ("&amp;lt;", "&lt;"),
            ("a < b", "a  b"),
        ] {
            assert_eq!(plain_text(html), text);
        }
    }
}
