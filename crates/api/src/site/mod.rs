//! A domain of a user pool as callers reach it: which one a request is for, what the request holds, and what goes back.
//!
//! OAuth endpoints (`oauth`) and pages (`managed_login`) stand on this; what they decide is not here.

mod answer;
mod authorization;
mod cookies;
pub(crate) mod csrf;
mod host;
mod request;
mod visit;

pub(crate) use answer::{Answer, Body, Failure, several_domains};
pub(crate) use authorization::credentials;
pub(crate) use cookies::Cookie;
pub(crate) use host::{Named, Site, domain_url, path_name};
pub(crate) use request::{SiteHeaders, SiteRequest};
pub(crate) use visit::{Visit, check_exists, check_unique};
