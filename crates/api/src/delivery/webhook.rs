//! Messages as JSON, posted to a URL of whoever runs the server: text messages get out this way.

use domain::messages::Message;
use reqwest::Client;
use reqwest::redirect::Policy;

use super::Failure;
use crate::config::Secret;
use crate::federation::GuardedResolver;
use crate::http::described_message;

/// A URL that takes messages.
pub(super) struct Webhook {
    client: Client,
    url: Secret,
}

impl Webhook {
    pub(super) fn new(url: &Secret) -> Self {
        let client = Client::builder().redirect(Policy::none()).dns_resolver(GuardedResolver::shared());
        Self { client: client.build().expect("the system's certificates can be read"), url: url.clone() }
    }

    /// Posts a message, in the shape of `/_poolhouse/messages`. Any answer of success will do.
    pub(super) async fn post(&self, message: &Message) -> Result<(), Failure> {
        let posted = self.client.post(self.url.reveal()).json(&described_message(message)).send().await;
        // The URL may hold a secret: errors do not show it.
        posted.and_then(|answer| answer.error_for_status()).map_err(|error| error.without_url())?;
        Ok(())
    }
}
