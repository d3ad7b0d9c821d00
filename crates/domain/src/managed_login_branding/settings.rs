//! The settings document of a style, and the defaults under it.
//!
//! The defaults have the structure of the service's documented example; their values are ours.

use std::sync::LazyLock;

use serde_json::Value;

use super::BrandingError;

/// What a style is where its settings say nothing.
pub(super) static DEFAULTS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("defaults.json")).expect("the file is JSON: a test reads it")
});

/// The parts of a document.
const PARTS: [&str; 3] = ["categories", "componentClasses", "components"];

/// Settings in the form of a settings document. What the parts hold is up to who wrote it: a value that pages cannot use
/// counts as left out.
pub(super) fn checked(settings: Value) -> Result<Value, BrandingError> {
    let Value::Object(parts) = &settings else { return Err(BrandingError::SettingsNotObject) };
    match parts.iter().find(|(name, part)| !PARTS.contains(&name.as_str()) || !part.is_object()) {
        Some((name, _)) => Err(BrandingError::SettingsPart(name.clone())),
        None => Ok(settings),
    }
}

/// The defaults with these settings over them. Lists are replaced as a whole.
pub(super) fn merged(settings: Option<&Value>) -> Value {
    let mut merged = DEFAULTS.clone();
    if let Some(settings) = settings {
        lay_over(&mut merged, settings);
    }
    merged
}

fn lay_over(below: &mut Value, above: &Value) {
    match (below, above) {
        (_, Value::Null) => {}
        (Value::Object(below), Value::Object(above)) => {
            for (name, value) in above {
                lay_over(below.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_defaults_are_a_settings_document() {
        assert_eq!(checked(DEFAULTS.clone()), Ok(DEFAULTS.clone()));
        assert_eq!(merged(None), *DEFAULTS);
    }

    #[test]
    fn settings_lie_over_the_defaults() {
        let color = "/components/pageBackground/lightMode/color";
        let settings = json!({
            "components": { "pageBackground": { "lightMode": { "color": "102030ff" } } },
            "categories": { "global": { "colorSchemeMode": "DARK" }, "new": [1], "form": null },
        });
        let merged = merged(Some(&settings));
        assert_eq!(merged.pointer(color), Some(&json!("102030ff")));
        assert_eq!(merged.pointer("/categories/global/colorSchemeMode"), Some(&json!("DARK")));
        assert_eq!(merged.pointer("/categories/new"), Some(&json!([1])));
        let dark = "/components/pageBackground/darkMode/color";
        assert_eq!(merged.pointer(dark), DEFAULTS.pointer(dark));
        assert_eq!(merged.pointer("/categories/form"), DEFAULTS.pointer("/categories/form"));
    }

    #[test]
    fn settings_have_three_parts() {
        for (settings, outcome) in [
            (json!({}), None),
            (json!({ "components": {}, "categories": {}, "componentClasses": {} }), None),
            (json!([]), Some(BrandingError::SettingsNotObject)),
            (json!("x"), Some(BrandingError::SettingsNotObject)),
            (json!({ "colors": {} }), Some(BrandingError::SettingsPart("colors".to_owned()))),
            (json!({ "components": [] }), Some(BrandingError::SettingsPart("components".to_owned()))),
        ] {
            assert_eq!(checked(settings.clone()).err(), outcome, "{settings}");
        }
    }
}
