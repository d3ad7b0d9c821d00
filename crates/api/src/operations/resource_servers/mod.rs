//! Resource servers and their scopes.

mod create_resource_server;
mod delete_resource_server;
mod describe_resource_server;
mod list_resource_servers;
mod update_resource_server;

pub(super) use create_resource_server::create_resource_server;
pub(super) use delete_resource_server::delete_resource_server;
pub(super) use describe_resource_server::describe_resource_server;
pub(super) use list_resource_servers::list_resource_servers;
pub(super) use update_resource_server::update_resource_server;
