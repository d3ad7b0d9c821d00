//! The header `Authorization`, as far as its scheme says whose it is.

/// The credentials of a header, if they are of this scheme, in whatever case its name is written (RFC 9110, 11.1).
pub(crate) fn credentials<'h>(header: Option<&'h str>, scheme: &str) -> Option<&'h str> {
    let (named, credentials) = header?.split_once(' ')?;
    named.eq_ignore_ascii_case(scheme).then(|| credentials.trim_start_matches(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_scheme_has_no_case() {
        for (header, found) in [
            ("Bearer abc", Some("abc")),
            ("bearer abc", Some("abc")),
            ("BEARER   abc", Some("abc")),
            ("Bearer ", Some("")),
            ("Bearer", None),
            ("Bearerabc", None),
            ("Basic abc", None),
            (" Bearer abc", None),
            ("", None),
        ] {
            assert_eq!(credentials(Some(header), "Bearer"), found, "{header:?}");
        }
        assert_eq!(credentials(None, "Bearer"), None);
    }
}
