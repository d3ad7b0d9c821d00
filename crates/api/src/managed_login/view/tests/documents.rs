//! Just enough of HTML to look at what our own templates write: attributes in double quotes, all text escaped.

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) name: String,
    /// Without a value it is empty.
    pub(super) attributes: Vec<(String, String)>,
}

impl Tag {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.attribute(name).is_some()
    }
}

/// The tags of a document, end tags with their slash.
pub(super) fn tags(html: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    for rest in html.split('<').skip(1) {
        let (inside, _) = rest.split_once('>').expect("a tag ends");
        let (name, mut rest) = inside.split_once(char::is_whitespace).unwrap_or((inside, ""));
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                break;
            }
            let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
            let (attribute, after) = rest.split_at(end);
            if let Some(quoted) = after.strip_prefix("=\"") {
                let (value, after) = quoted.split_once('"').expect("a value ends");
                attributes.push((attribute.to_owned(), value.to_owned()));
                rest = after;
            } else {
                assert!(!after.starts_with('='), "a value without quotes: {inside}");
                attributes.push((attribute.to_owned(), String::new()));
                rest = after;
            }
        }
        tags.push(Tag { name: name.to_owned(), attributes });
    }
    tags
}

/// The names of all tags and of their attributes: what text must not change.
pub(super) fn shape(html: &str) -> Vec<(String, Vec<String>)> {
    let names = |tag: Tag| (tag.name, tag.attributes.into_iter().map(|(name, _)| name).collect());
    tags(html).into_iter().map(names).collect()
}
