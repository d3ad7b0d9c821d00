//! Resource servers: the APIs that a pool's access tokens are for, and the custom OAuth scopes that they define.
//!
//! Deleting one, or one of its scopes, does not touch the clients that may ask for it.

use chrono::{DateTime, Utc};
use wire::{
    CreateResourceServerRequest, ResourceServerScopeType, ResourceServerType, UpdateResourceServerRequest,
};

use crate::ids::PoolId;

/// A resource server of a pool.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceServer {
    /// The pool.
    pub pool_id: PoolId,
    /// The first part of its scopes' names, mostly a URL; never changes.
    pub identifier: String,
    /// Its name, for people.
    pub name: String,
    /// Its scopes, in the order given.
    pub scopes: Vec<ResourceServerScopeType>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

/// Why a resource server was refused. Texts are the service's where they are known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResourceServerError {
    /// The pool has one with this identifier.
    #[error("{identifier} already exists in user pool {pool_id}.")]
    Exists {
        /// Of the resource server.
        identifier: String,
        /// Of the pool.
        pool_id: PoolId,
    },
    /// The pool has none with this identifier. ResourceNotFoundException.
    #[error("Resource server {0} does not exist.")]
    Unknown(String),
    /// Two scopes of one request have the same name.
    #[error("Duplicate scope name {0} is not allowed in a resource server.")]
    DuplicateScope(String),
}

impl ResourceServer {
    /// A new resource server.
    ///
    /// # Errors
    /// [`ResourceServerError::DuplicateScope`].
    pub fn new(
        pool_id: PoolId,
        request: &CreateResourceServerRequest,
        now: DateTime<Utc>,
    ) -> Result<Self, ResourceServerError> {
        Ok(Self {
            pool_id,
            identifier: request.identifier.clone(),
            name: request.name.clone(),
            scopes: distinct(request.scopes.clone().unwrap_or_default())?,
            created_at: now,
        })
    }

    /// The resource server after an update, which replaces: scopes that the request omits are gone.
    ///
    /// # Errors
    /// [`ResourceServerError::DuplicateScope`].
    pub fn updated(&self, request: &UpdateResourceServerRequest) -> Result<Self, ResourceServerError> {
        Ok(Self {
            name: request.name.clone(),
            scopes: distinct(request.scopes.clone().unwrap_or_default())?,
            ..self.clone()
        })
    }

    /// What to say when the pool has a resource server with this identifier.
    pub fn taken(&self) -> ResourceServerError {
        ResourceServerError::Exists { identifier: self.identifier.clone(), pool_id: self.pool_id.clone() }
    }

    /// The scopes as clients ask for them: `identifier/scope`.
    pub fn scope_names(&self) -> impl Iterator<Item = String> {
        self.scopes.iter().map(|scope| format!("{}/{}", self.identifier, scope.scope_name))
    }

    /// The resource server as the API describes it.
    pub fn describe(&self) -> ResourceServerType {
        ResourceServerType {
            user_pool_id: Some(self.pool_id.to_string()),
            identifier: Some(self.identifier.clone()),
            name: Some(self.name.clone()),
            scopes: Some(self.scopes.clone()),
            managed_by: None,
        }
    }
}

fn distinct(
    scopes: Vec<ResourceServerScopeType>,
) -> Result<Vec<ResourceServerScopeType>, ResourceServerError> {
    let repeated = scopes
        .iter()
        .enumerate()
        .find(|(index, scope)| scopes[..*index].iter().any(|earlier| earlier.scope_name == scope.scope_name));
    match repeated {
        Some((_, scope)) => Err(ResourceServerError::DuplicateScope(scope.scope_name.clone())),
        None => Ok(scopes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn scopes(names: &[&str]) -> Value {
        names.iter().map(|name| json!({"ScopeName": name, "ScopeDescription": "text"})).collect()
    }

    fn named(mut settings: Value) -> Value {
        settings["UserPoolId"] = json!("us-east-1_a");
        settings["Identifier"] = json!("https://api.example.com");
        settings
    }

    fn created(scopes: Value) -> Result<ResourceServer, ResourceServerError> {
        let mut request = named(json!({"Name": "API"}));
        request["Scopes"] = scopes;
        let now = "2024-05-01T10:00:00Z".parse().unwrap();
        ResourceServer::new(
            PoolId::from("us-east-1_a".to_owned()),
            &serde_json::from_value(request).unwrap(),
            now,
        )
    }

    fn updated(server: &ResourceServer, settings: Value) -> Result<ResourceServer, ResourceServerError> {
        server.updated(&serde_json::from_value(named(settings)).unwrap())
    }

    #[test]
    fn a_resource_server_names_its_scopes_in_full() {
        let server = created(scopes(&["read", "write"])).unwrap();
        let names: Vec<String> = server.scope_names().collect();
        assert_eq!(names, ["https://api.example.com/read", "https://api.example.com/write"]);
    }

    #[test]
    fn a_resource_server_is_described_with_its_scopes_even_when_it_has_none() {
        for (given, described) in [(Value::Null, json!([])), (scopes(&["b", "a"]), scopes(&["b", "a"]))] {
            assert_eq!(
                serde_json::to_value(created(given).unwrap().describe()).unwrap(),
                json!({"UserPoolId": "us-east-1_a", "Identifier": "https://api.example.com", "Name": "API",
                       "Scopes": described})
            );
        }
    }

    #[test]
    fn an_update_replaces_name_and_scopes() {
        let server = created(scopes(&["read"])).unwrap();
        let renamed = updated(&server, json!({"Name": "New"})).unwrap();
        assert_eq!(renamed, ResourceServer { name: "New".to_owned(), scopes: Vec::new(), ..server.clone() });
    }

    #[test]
    fn a_scope_name_cannot_be_used_twice_in_a_resource_server() {
        let duplicate = ResourceServerError::DuplicateScope("read".to_owned());
        assert_eq!(duplicate.to_string(), "Duplicate scope name read is not allowed in a resource server.");
        assert_eq!(created(scopes(&["read", "write", "read"])), Err(duplicate.clone()));
        let server = created(scopes(&["read"])).unwrap();
        assert_eq!(
            updated(&server, json!({"Name": "New", "Scopes": scopes(&["read", "read"])})),
            Err(duplicate)
        );
    }

    #[test]
    fn existing_and_unknown_identifiers_are_told_as_the_service_tells_them() {
        let taken = created(Value::Null).unwrap().taken();
        assert_eq!(taken.to_string(), "https://api.example.com already exists in user pool us-east-1_a.");
        let unknown = ResourceServerError::Unknown("orders".to_owned());
        assert_eq!(unknown.to_string(), "Resource server orders does not exist.");
    }
}
