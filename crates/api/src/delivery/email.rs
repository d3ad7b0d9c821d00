//! E-mails by SMTP, with a library.

use domain::messages::Message;
use domain::user_pools::UserPool;
use lettre::message::{Mailbox, MultiPart};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message as Email, Tokio1Executor};

use super::Failure;
use super::plain_text::plain_text;
use crate::config::Secret;

/// A mail server.
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// The server of an `smtp://` or `smtps://` URL, and the sender of pools that name none.
    pub(super) fn new(url: &Secret, from: &str) -> Result<Self, Failure> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.reveal())
            .map_err(|_| "smtp_url: must be smtp://HOST:PORT or smtps://USER:PASSWORD@HOST:PORT")?;
        let from = from.parse().map_err(|_| "email_from: must be an address")?;
        Ok(Self { transport: transport.build(), from })
    }

    /// Hands a message to the server.
    pub(super) async fn send(&self, pool: &UserPool, message: &Message) -> Result<(), Failure> {
        let settings = pool.settings.email_configuration.as_ref();
        let from = settings.and_then(|settings| settings.from.as_ref()).and_then(|from| from.parse().ok());
        let mut email = Email::builder()
            .from(from.unwrap_or_else(|| self.from.clone()))
            .to(message.to.parse()?)
            .subject(message.subject.clone().unwrap_or_default());
        if let Some(reply_to) = settings.and_then(|settings| settings.reply_to_email_address.as_ref()) {
            email = email.reply_to(reply_to.parse()?);
        }
        let parts = MultiPart::alternative_plain_html(plain_text(&message.body), message.body.clone());
        self.transport.send(email.multipart(parts)?).await?;
        Ok(())
    }
}
