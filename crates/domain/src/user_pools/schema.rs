//! The attributes that users of a pool can have: twenty standard ones (OpenID Connect Core section 5.1 and Cognito's
//! own) and up to fifty custom ones.

use serde::{Deserialize, Serialize};
use wire::{
    AttributeDataType, NumberAttributeConstraintsType, SchemaAttributeType, StringAttributeConstraintsType,
};

/// The attributes of a pool, in the order in which the service lists them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<KeptAttribute>", into = "Vec<KeptAttribute>")]
pub struct Schema(Vec<SchemaAttributeType>);

/// An attribute as it is kept: most are standard ones that nobody changed, and for those the name will do.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum KeptAttribute {
    Standard(String),
    Other(SchemaAttributeType),
}

impl From<Schema> for Vec<KeptAttribute> {
    fn from(schema: Schema) -> Self {
        let kept = |attribute: SchemaAttributeType| match attribute.name.clone() {
            Some(name) if STANDARD.contains(&name.as_str()) && attribute == standard(&name) => {
                KeptAttribute::Standard(name)
            }
            _ => KeptAttribute::Other(attribute),
        };
        schema.0.into_iter().map(kept).collect()
    }
}

impl From<Vec<KeptAttribute>> for Schema {
    fn from(kept: Vec<KeptAttribute>) -> Self {
        let attribute = |kept| match kept {
            KeptAttribute::Standard(name) => standard(&name),
            KeptAttribute::Other(attribute) => attribute,
        };
        Self(kept.into_iter().map(attribute).collect())
    }
}

/// Why a schema was refused. The texts are the service's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// Custom attributes cannot be required.
    #[error("Required custom attributes are not supported currently.")]
    RequiredCustom,
    /// Two attributes of one request have the same name.
    #[error("Duplicate custom attribute names {0} are not allowed in a user pool schema.")]
    Duplicate(String),
    /// The attribute exists in the pool.
    #[error("{0}: Existing attribute already has name {0}.")]
    Exists(String),
    /// The largest value is below the smallest.
    #[error("Attribute {0} cannot have a max value smaller than it's min value")]
    Values(String),
    /// The greatest length is below the least.
    #[error("Attribute {0} cannot have a max length shorter than it's min length")]
    Lengths(String),
    /// A standard attribute keeps its type.
    #[error(
        "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {0}"
    )]
    StandardType(String),
    /// A pool has at most fifty custom attributes.
    #[error(
        "1 validation error detected: Value at 'customAttributes' failed to satisfy constraint: Member must have \
         length less than or equal to 50"
    )]
    TooMany,
    /// A custom attribute needs a type.
    #[error("Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")]
    DataType,
    /// A constraint is not a whole number.
    #[error("Attribute {0} has a constraint that is not a number.")]
    Constraint(String),
    /// No name was given.
    #[error("Attribute names can not be empty.")]
    Unnamed,
}

/// Most custom attributes of a pool (quotas page).
const MOST_CUSTOM: usize = 50;

/// The standard attributes, in the service's order.
const STANDARD: [&str; 20] = [
    "profile",
    "address",
    "birthdate",
    "gender",
    "preferred_username",
    "updated_at",
    "website",
    "picture",
    "sub",
    "phone_number",
    "phone_number_verified",
    "zoneinfo",
    "locale",
    "email",
    "email_verified",
    "given_name",
    "family_name",
    "middle_name",
    "name",
    "nickname",
];

impl Schema {
    /// The schema of a new pool: the standard attributes, changed and extended as the request says.
    ///
    /// # Errors
    /// [`SchemaError`] for the first attribute that breaks a rule.
    pub fn new(requested: Vec<SchemaAttributeType>) -> Result<Self, SchemaError> {
        let mut schema = Self(STANDARD.iter().map(|name| standard(name)).collect());
        let mut custom = Vec::new();
        for attribute in requested {
            let name = attribute.name.clone().ok_or(SchemaError::Unnamed)?;
            match schema.0.iter_mut().find(|known| known.name.as_ref() == Some(&name)) {
                Some(known) => adjust(known, attribute)?,
                None => custom.push(attribute),
            }
        }
        schema.add_custom(custom, SchemaError::Duplicate)
    }

    /// The schema with more custom attributes.
    ///
    /// # Errors
    /// [`SchemaError`] for the first attribute that breaks a rule or exists already.
    pub fn with_custom_attributes(self, requested: Vec<SchemaAttributeType>) -> Result<Self, SchemaError> {
        self.add_custom(requested, SchemaError::Exists)
    }

    /// The schema with the attribute that the first identity provider of a pool brings: which outside identities a
    /// user has.
    #[must_use]
    pub fn with_identities(mut self) -> Self {
        if self.attribute("identities").is_none() {
            let behind_picture = self.position("picture").map_or(self.0.len(), |position| position + 1);
            let attribute = SchemaAttributeType {
                string_attribute_constraints: Some(StringAttributeConstraintsType::default()),
                ..described("identities", AttributeDataType::String)
            };
            self.0.insert(behind_picture, attribute);
        }
        self
    }

    /// All attributes, in order.
    pub fn attributes(&self) -> &[SchemaAttributeType] {
        &self.0
    }

    /// All attributes, in order, for who needs the schema no longer.
    pub fn into_attributes(self) -> Vec<SchemaAttributeType> {
        self.0
    }

    /// The attribute of this full name (`email`, `custom:team`).
    pub fn attribute(&self, name: &str) -> Option<&SchemaAttributeType> {
        self.position(name).map(|position| &self.0[position])
    }

    /// The names of the attributes that every user must have, `sub` left out.
    pub fn required(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|attribute| attribute.required == Some(true))
            .filter_map(|attribute| attribute.name.as_deref())
            .filter(|name| *name != "sub")
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|attribute| attribute.name.as_deref() == Some(name))
    }

    fn add_custom(
        mut self,
        requested: Vec<SchemaAttributeType>,
        taken: fn(String) -> SchemaError,
    ) -> Result<Self, SchemaError> {
        for attribute in requested {
            let attribute = custom(attribute)?;
            let name = attribute.name.clone().unwrap_or_default();
            if self.attribute(&name).is_some() {
                return Err(taken(name));
            }
            self.0.push(attribute);
        }
        let count = self.0.iter().filter(|attribute| is_custom(attribute)).count();
        if count > MOST_CUSTOM { Err(SchemaError::TooMany) } else { Ok(self) }
    }
}

fn is_custom(attribute: &SchemaAttributeType) -> bool {
    attribute
        .name
        .as_deref()
        .is_some_and(|name| name.starts_with("custom:") || name.starts_with("dev:custom:"))
}

/// A mutable attribute that nobody must have.
fn described(name: &str, data_type: AttributeDataType) -> SchemaAttributeType {
    SchemaAttributeType {
        name: Some(name.to_owned()),
        attribute_data_type: Some(data_type),
        developer_only_attribute: Some(false),
        mutable: Some(true),
        required: Some(false),
        ..SchemaAttributeType::default()
    }
}

/// A standard attribute as the service describes it; Terraform compares this byte by byte.
fn standard(name: &str) -> SchemaAttributeType {
    let text = |min: &str, max: &str| SchemaAttributeType {
        string_attribute_constraints: Some(StringAttributeConstraintsType {
            min_length: Some(min.to_owned()),
            max_length: Some(max.to_owned()),
        }),
        ..described(name, AttributeDataType::String)
    };
    match name {
        "sub" => SchemaAttributeType { mutable: Some(false), required: Some(true), ..text("1", "2048") },
        "birthdate" => text("10", "10"),
        "email_verified" | "phone_number_verified" => described(name, AttributeDataType::Boolean),
        "updated_at" => SchemaAttributeType {
            number_attribute_constraints: Some(NumberAttributeConstraintsType {
                min_value: Some("0".to_owned()),
                max_value: None,
            }),
            ..described(name, AttributeDataType::Number)
        },
        _ => text("0", "2048"),
    }
}

/// Applies what a request says of a standard attribute: only whether it is required, mutable, and how long.
fn adjust(known: &mut SchemaAttributeType, requested: SchemaAttributeType) -> Result<(), SchemaError> {
    let name = requested.name.clone().unwrap_or_default();
    let other_type =
        requested.attribute_data_type.is_some() && requested.attribute_data_type != known.attribute_data_type;
    if other_type || requested.developer_only_attribute == Some(true) {
        return Err(SchemaError::StandardType(name));
    }
    check_constraints(&name, &requested)?;
    if let Some(required) = requested.required {
        known.required = Some(required);
    }
    if let Some(mutable) = requested.mutable {
        known.mutable = Some(mutable);
    }
    if let (Some(of_known), Some(asked)) =
        (&mut known.string_attribute_constraints, requested.string_attribute_constraints)
    {
        of_known.min_length = asked.min_length.or(of_known.min_length.take());
        of_known.max_length = asked.max_length.or(of_known.max_length.take());
    }
    if let Some(asked) = requested.number_attribute_constraints
        && known.number_attribute_constraints.is_some()
    {
        known.number_attribute_constraints = Some(asked);
    }
    Ok(())
}

/// A custom attribute under its full name, with the service's defaults.
fn custom(requested: SchemaAttributeType) -> Result<SchemaAttributeType, SchemaError> {
    let developer_only = requested.developer_only_attribute.unwrap_or(false);
    let short = requested.name.as_deref().filter(|name| !name.is_empty()).ok_or(SchemaError::Unnamed)?;
    let name = if developer_only { format!("dev:custom:{short}") } else { format!("custom:{short}") };
    let data_type = requested.attribute_data_type.ok_or(SchemaError::DataType)?;
    if requested.required == Some(true) {
        return Err(SchemaError::RequiredCustom);
    }
    check_constraints(&name, &requested)?;
    let is_text = data_type == AttributeDataType::String;
    let is_number = data_type == AttributeDataType::Number;
    Ok(SchemaAttributeType {
        developer_only_attribute: Some(developer_only),
        mutable: Some(requested.mutable.unwrap_or(true)),
        string_attribute_constraints: is_text
            .then(|| requested.string_attribute_constraints.unwrap_or_default()),
        number_attribute_constraints: requested.number_attribute_constraints.filter(|_| is_number),
        ..described(&name, data_type)
    })
}

fn check_constraints(name: &str, attribute: &SchemaAttributeType) -> Result<(), SchemaError> {
    if let Some(lengths) = &attribute.string_attribute_constraints
        && out_of_order(name, lengths.min_length.as_deref(), lengths.max_length.as_deref())?
    {
        return Err(SchemaError::Lengths(name.to_owned()));
    }
    if let Some(values) = &attribute.number_attribute_constraints
        && out_of_order(name, values.min_value.as_deref(), values.max_value.as_deref())?
    {
        return Err(SchemaError::Values(name.to_owned()));
    }
    Ok(())
}

fn out_of_order(name: &str, min: Option<&str>, max: Option<&str>) -> Result<bool, SchemaError> {
    let number = |text: Option<&str>| {
        text.map(|text| text.parse::<i128>().map_err(|_| SchemaError::Constraint(name.to_owned())))
            .transpose()
    };
    let (min, max) = (number(min)?, number(max)?);
    Ok(matches!((min, max), (Some(min), Some(max)) if max < min))
}
