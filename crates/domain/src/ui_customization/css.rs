//! The stylesheets that classic pages take: rules for a few classes, with nothing in them that loads or runs something.
//!
//! Read as CSS is (CSS Syntax Level 3) as far as that is needed to know where rules, strings and functions begin and end.

use super::UiCustomizationError;

/// Developer guide, "Customizing hosted UI (classic) branding": the names that selectors may have.
const CLASSES: [&str; 18] = [
    ".background-customizable",
    ".banner-customizable",
    ".errorMessage-customizable",
    ".idpButton-customizable",
    ".idpButton-customizable:hover",
    ".idpDescription-customizable",
    ".inputField-customizable",
    ".inputField-customizable:focus",
    ".label-customizable",
    ".legalText-customizable",
    ".logo-customizable",
    ".passwordCheck-valid-customizable",
    ".passwordCheck-notValid-customizable",
    ".redirect-customizable",
    ".socialButton-customizable",
    ".submitButton-customizable",
    ".submitButton-customizable:hover",
    ".textDescription-customizable",
];

/// Functions that only calculate or draw. Any other is refused, for `url()` and its kin would load from anywhere.
const FUNCTIONS: [&str; 58] = [
    "rgb",
    "rgba",
    "hsl",
    "hsla",
    "hwb",
    "lab",
    "lch",
    "oklab",
    "oklch",
    "color",
    "color-mix",
    "calc",
    "min",
    "max",
    "clamp",
    "linear-gradient",
    "radial-gradient",
    "conic-gradient",
    "repeating-linear-gradient",
    "repeating-radial-gradient",
    "rotate",
    "scale",
    "translate",
    "cubic-bezier",
    "steps",
    "var",
    "env",
    "repeating-conic-gradient",
    "fit-content",
    "minmax",
    "repeat",
    "matrix",
    "matrix3d",
    "perspective",
    "rotate3d",
    "rotatex",
    "rotatey",
    "rotatez",
    "scale3d",
    "scalex",
    "scaley",
    "scalez",
    "skew",
    "skewx",
    "skewy",
    "translate3d",
    "translatex",
    "translatey",
    "translatez",
    "blur",
    "brightness",
    "contrast",
    "drop-shadow",
    "grayscale",
    "invert",
    "opacity",
    "saturate",
    "sepia",
];

/// # Errors
/// [`UiCustomizationError`] for the first thing that is not allowed.
pub(super) fn check(css: &str) -> Result<(), UiCustomizationError> {
    let script = "javascript:";
    if css.to_ascii_lowercase().contains(script) {
        return Err(UiCustomizationError::NotAllowed(script.to_owned()));
    }
    let mut reader = Reader { rest: css };
    loop {
        reader.skip_blank()?;
        if reader.rest.is_empty() {
            return Ok(());
        }
        reader.selectors()?;
        reader.declarations()?;
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_blank(&mut self) -> Result<(), UiCustomizationError> {
        loop {
            self.rest = self.rest.trim_start();
            if !self.skip_comment()? {
                return Ok(());
            }
        }
    }

    fn skip_comment(&mut self) -> Result<bool, UiCustomizationError> {
        let Some(comment) = self.rest.strip_prefix("/*") else { return Ok(false) };
        let (_, rest) = comment.split_once("*/").ok_or(UiCustomizationError::Malformed)?;
        self.rest = rest;
        Ok(true)
    }

    /// What stands before `{`, whose names must all be known ones.
    fn selectors(&mut self) -> Result<(), UiCustomizationError> {
        if let Some(rule) = self.rest.strip_prefix('@') {
            let name: String = rule.chars().take_while(|c| is_name(*c)).collect();
            return Err(UiCustomizationError::NotAllowed(format!("@{name}")));
        }
        let mut text = String::new();
        loop {
            if self.skip_comment()? {
                text.push(' ');
                continue;
            }
            match self.next() {
                Some('{') => break,
                Some('}') | None => return Err(UiCustomizationError::Malformed),
                Some(c) => text.push(c),
            }
        }
        match text.split(',').map(str::trim).find(|name| !CLASSES.contains(name)) {
            Some(name) => Err(UiCustomizationError::Class(name.to_owned())),
            None => Ok(()),
        }
    }

    /// What stands up to `}`. Escapes are refused outside of strings, where they could hide a name.
    fn declarations(&mut self) -> Result<(), UiCustomizationError> {
        let mut name = String::new();
        loop {
            if self.skip_comment()? {
                name.clear();
                continue;
            }
            let c = self.next().ok_or(UiCustomizationError::Malformed)?;
            match c {
                '}' => return Ok(()),
                '"' | '\'' => self.string(c)?,
                '(' if !name.is_empty() && !FUNCTIONS.contains(&name.to_ascii_lowercase().as_str()) => {
                    return Err(UiCustomizationError::NotAllowed(format!("{name}()")));
                }
                '@' => {
                    let name: String = self.rest.chars().take_while(|c| is_name(*c)).collect();
                    return Err(UiCustomizationError::NotAllowed(format!("@{name}")));
                }
                '{' | '\\' | '<' => return Err(UiCustomizationError::Malformed),
                _ => {}
            }
            if is_name(c) {
                name.push(c);
            } else {
                name.clear();
            }
        }
    }

    fn string(&mut self, quote: char) -> Result<(), UiCustomizationError> {
        loop {
            match self.next().ok_or(UiCustomizationError::Malformed)? {
                c if c == quote => return Ok(()),
                '\n' | '\r' | '\u{c}' => return Err(UiCustomizationError::Malformed),
                '\\' => {
                    self.next();
                }
                _ => {}
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let c = self.rest.chars().next()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }
}

/// A character of a name. All beyond ASCII are.
fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_for_known_classes_are_taken() {
        for css in [
            "",
            "/* nothing */",
            ".submitButton-customizable{color:#fff;background-color:#286090}",
            ".idpButton-customizable:hover, .submitButton-customizable:hover {\n  color: rgba(0, 0, 0, 0.5);\n}\n",
            ".banner-customizable/* the top */ { padding: 25px 0 25px 0 }\n/* end */\n",
            ".logo-customizable { width: calc(100% - (2 * 4px)); background: LINEAR-gradient(red, blue) !important; }",
            ".label-customizable { font-family: \"A {b} \\\" ; } url(x) <c>\", 'd'; }",
            ".background-customizable { }",
            ".logo-customizable { --gap: 2px; margin: var(--gap); transform: translateX(1px) scale3d(1, 1, 1) }",
            ".idpButton-customizable { filter: drop-shadow(0 0 2px #000) Grayscale(50%) }",
        ] {
            assert_eq!(check(css), Ok(()), "{css}");
        }
        for class in CLASSES {
            assert_eq!(check(&format!("{class} {{ color: red }}")), Ok(()));
        }
    }

    #[test]
    fn other_classes_are_named() {
        for (css, named) in [
            (".foo { color: red }", ".foo"),
            ("body { color: red }", "body"),
            (".banner-customizable, .foo { color: red }", ".foo"),
            (".banner-customizable img { width: 1px }", ".banner-customizable img"),
            (".label-customizable:hover {}", ".label-customizable:hover"),
            (".banner-customizable, {}", ""),
            ("{}", ""),
            ("banner-customizable {}", "banner-customizable"),
            (".banner-customizable {} * {}", "*"),
            (".BANNER-customizable {}", ".BANNER-customizable"),
            (".banner-custom/**/izable {}", ".banner-custom izable"),
        ] {
            assert_eq!(check(css), Err(UiCustomizationError::Class(named.to_owned())), "{css}");
        }
    }

    #[test]
    fn nothing_loads_and_nothing_runs() {
        for (css, named) in [
            ("@import 'https://evil.example/a.css';", "@import"),
            ("@media print { .banner-customizable { color: red } }", "@media"),
            ("@supports (a: b) {}", "@supports"),
            ("@page {}", "@page"),
            ("@font-face { src: x }", "@font-face"),
            (".banner-customizable { @media print { } }", "@media"),
            (".banner-customizable { background: url(https://evil.example/) }", "url()"),
            (".banner-customizable { background: URL (x) }", ""),
            (".banner-customizable { background: image-set(\"x\" 1x) }", "image-set()"),
            (".banner-customizable { background: -webkit-image-set(\"x\" 1x) }", "-webkit-image-set()"),
            (".banner-customizable { width: expression(alert(1)) }", "expression()"),
            (".banner-customizable { content: attr(value) }", "attr()"),
            (".banner-customizable { background: 'JavaScript:alert(1)' }", "javascript:"),
            (".banner-customizable { background: \u{212a}url(x) }", "\u{212a}url()"),
        ] {
            let expected = if named.is_empty() {
                Ok(())
            } else {
                Err(UiCustomizationError::NotAllowed(named.to_owned()))
            };
            assert_eq!(check(css), expected, "{css}");
        }
    }

    #[test]
    fn what_is_no_stylesheet_is_refused() {
        for css in [
            ".banner-customizable",
            ".banner-customizable {",
            ".banner-customizable { color: red; /* ",
            "}",
            ".banner-customizable { color: 'red }",
            ".banner-customizable { color: 'red\n' }",
            ".banner-customizable { .label-customizable { } }",
            ".banner-customizable { background: u\\72l(x) }",
            ".banner-customizable { color: </style> }",
        ] {
            assert_eq!(check(css), Err(UiCustomizationError::Malformed), "{css}");
        }
    }
}
