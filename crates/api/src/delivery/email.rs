//! E-mails by SMTP, with a library. Who they are from is the choice of whoever runs the server.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use domain::ids::PoolId;
use domain::messages::Message;
use domain::user_pools::UserPool;
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message as Email, Tokio1Executor};
use url::Url;

use super::Failure;
use super::plain_text::plain_text;
use crate::config::{Config, Secret};
use crate::federation::check_host;

/// Pools of which it is remembered that their sender was told of. With more, it is told again.
const MOST_TOLD: usize = 10_000;

/// A mail server.
pub(super) struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    /// Where it is.
    host: (String, u16),
    senders: Senders,
    told: Mutex<HashSet<PoolId>>,
}

/// Who e-mails may be from.
struct Senders {
    /// The sender of every pool that names none of `domains`.
    default: Mailbox,
    /// Domains that a pool's own sender may be of.
    domains: Vec<String>,
}

impl Smtp {
    /// The server of an `smtp://` or `smtps://` URL, and the senders of the configuration.
    pub(super) fn new(url: &Secret, config: &Config) -> Result<Self, Failure> {
        let wrong = "smtp_url: must be smtp://HOST:PORT or smtps://USER:PASSWORD@HOST:PORT";
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.reveal()).map_err(|_| wrong)?;
        let url = Url::parse(url.reveal()).map_err(|_| wrong)?;
        // The port only matters where the host is resolved: 25 will do.
        let host = (url.host_str().ok_or(wrong)?.to_owned(), url.port().unwrap_or(25));
        let default = config.email_from.parse().map_err(|_| "email_from: must be an address")?;
        let senders = Senders { default, domains: config.email_from_domains.clone() };
        Ok(Self { transport: transport.build(), host, senders, told: Mutex::default() })
    }

    /// Hands a message to the server.
    pub(super) async fn send(&self, pool: &UserPool, message: &Message) -> Result<(), Failure> {
        check_host(&self.host.0, self.host.1).await?;
        let (email, sender) = email(&self.senders, pool, message)?;
        if let Sender::NotAllowed(sender) = sender
            && self.is_news(&pool.id)
        {
            tracing::warn!(
                pool = %pool.id, %sender, from = %self.senders.default.email,
                "the pool's sender became Reply-To: its domain is not in email_from_domains"
            );
        }
        self.transport.send(email).await?;
        Ok(())
    }

    /// Whether this pool's sender was not told of yet, by this process.
    fn is_news(&self, pool: &PoolId) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() >= MOST_TOLD {
            told.clear();
        }
        told.insert(pool.clone())
    }
}

/// What became of the sender that a pool names.
#[derive(Debug, PartialEq, Eq)]
enum Sender {
    /// It is the sender, or the pool names none.
    AsAsked,
    /// It is not, because nobody allowed it.
    NotAllowed(Address),
}

fn email(senders: &Senders, pool: &UserPool, message: &Message) -> Result<(Email, Sender), Failure> {
    let settings = pool.settings.email_configuration.as_ref();
    let own = settings.and_then(|settings| mailbox(settings.from.as_deref()?));
    let reply_to = settings.and_then(|settings| mailbox(settings.reply_to_email_address.as_deref()?));
    let (from, reply_to, sender) = match own {
        None => (senders.default.clone(), reply_to, Sender::AsAsked),
        Some(own) if senders.allow(&own.email) => (own, reply_to, Sender::AsAsked),
        Some(own) => {
            let sender = Sender::NotAllowed(own.email.clone());
            (senders.default.clone(), Some(reply_to.unwrap_or(own)), sender)
        }
    };
    let mut email = Email::builder()
        .from(from)
        .to(Mailbox::new(None, message.to.parse()?))
        .subject(without_controls(message.subject.as_deref().unwrap_or_default()));
    if let Some(reply_to) = reply_to {
        email = email.reply_to(reply_to);
    }
    let parts = MultiPart::alternative_plain_html(plain_text(&message.body), message.body.clone());
    Ok((email.multipart(parts)?, sender))
}

impl Senders {
    fn allow(&self, sender: &Address) -> bool {
        *sender == self.default.email
            || self.domains.iter().any(|domain| domain.eq_ignore_ascii_case(sender.domain()))
    }
}

/// An address with or without a display name, as pools give it. None where it is no such thing.
fn mailbox(text: &str) -> Option<Mailbox> {
    let Mailbox { name, email } = text.parse().ok()?;
    Some(Mailbox::new(name.map(|name| without_controls(&name)).filter(|name| !name.is_empty()), email))
}

/// A text that stays in its header: whoever may say what it is may not end the line.
fn without_controls(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(from: Option<&str>, reply_to: Option<&str>, subject: &str, to: &str) -> (String, Sender) {
        let senders = Senders {
            default: "Box <no-reply@box.example>".parse().unwrap(),
            domains: vec!["Team.example".to_owned()],
        };
        let configuration = wire::EmailConfigurationType {
            from: from.map(str::to_owned),
            reply_to_email_address: reply_to.map(str::to_owned),
            ..Default::default()
        };
        let settings = domain::user_pools::PoolSettings {
            email_configuration: Some(configuration),
            ..Default::default()
        };
        let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let pool = UserPool {
            id: PoolId::from("us-east-1_A".to_owned()),
            scope: Default::default(),
            name: "team".to_owned(),
            settings,
            schema: domain::user_pools::Schema::new(Vec::new()).unwrap(),
            mfa: Default::default(),
            session_configuration: Default::default(),
            tags: Default::default(),
            created_at: now,
            modified_at: now,
            version: 1,
        };
        let message = Message {
            id: uuid::Uuid::nil(),
            pool_id: pool.id.clone(),
            username: "jane".to_owned(),
            to: to.to_owned(),
            medium: wire::DeliveryMediumType::Email,
            kind: domain::messages::MessageKind::SignUp,
            subject: Some(subject.to_owned()),
            body: "hello".to_owned(),
            code: None,
            sent_at: now,
        };
        let (email, sender) = email(&senders, &pool, &message).unwrap();
        let text = String::from_utf8(email.formatted()).unwrap();
        (text.split("\r\n\r\n").next().unwrap().to_owned(), sender)
    }

    fn header<'a>(headers: &'a str, name: &str) -> Option<&'a str> {
        headers.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    #[test]
    fn who_runs_the_server_says_who_mails_are_from() {
        const BOX: &str = "Box <no-reply@box.example>";
        for (own, reply_to, from, replies) in [
            (None, None, BOX, None),
            (None, Some("help@other.example"), BOX, Some("help@other.example")),
            (Some("Jane <jane@team.example>"), None, "Jane <jane@team.example>", None),
            (Some("jane@TEAM.example"), None, "jane@TEAM.example", None),
            (Some("no-reply@box.example"), None, "no-reply@box.example", None),
            (Some("ceo@bank.example"), None, BOX, Some("ceo@bank.example")),
            (Some("CEO <ceo@bank.example>"), None, BOX, Some("CEO <ceo@bank.example>")),
            (Some("ceo@bank.example"), Some("help@other.example"), BOX, Some("help@other.example")),
            (Some("jane@team.example.evil"), None, BOX, Some("jane@team.example.evil")),
            (Some("jane@sub.team.example"), None, BOX, Some("jane@sub.team.example")),
            (
                Some("\"x@team.example\" <ceo@bank.example>"),
                None,
                BOX,
                Some("=?utf-8?b?eEB0ZWFtLmV4YW1wbGU=?= <ceo@bank.example>"),
            ),
            (Some("nobody"), None, BOX, None),
        ] {
            let (headers, sender) = sent(own, reply_to, "Code", "jane@example.com");
            assert_eq!(
                (header(&headers, "From"), header(&headers, "Reply-To")),
                (Some(from), replies),
                "{own:?}"
            );
            let is_own = own.is_none_or(|own| own == "nobody" || from != BOX);
            assert_eq!(sender == Sender::AsAsked, is_own, "{own:?}");
        }
    }

    #[test]
    fn nothing_that_a_pool_says_begins_a_header() {
        let evil = "\r\nBcc: victim@example.com\r\nX: ";
        for (from, subject) in [
            (format!("\"Team{evil}\" <jane@team.example>"), "Code".to_owned()),
            (format!("Team{evil} <jane@team.example>"), "Code".to_owned()),
            (format!("jane@team.example{evil}"), "Code".to_owned()),
            ("\"Team\nBcc: victim@example.com\" <jane@team.example>".to_owned(), "Code".to_owned()),
            ("Größe <jane@team.example>".to_owned(), format!("Code{evil}")),
            ("jane@team.example".to_owned(), "Größe\nBcc: victim@example.com".to_owned()),
        ] {
            let (headers, _) = sent(Some(&from), Some(&from), &subject, "jane@example.com");
            assert_eq!((header(&headers, "Bcc"), header(&headers, "X")), (None, None), "{headers}");
            let names = headers.split("\r\n").filter(|line| !line.starts_with(' '));
            assert!(names.clone().all(|line| line.contains(": ")), "{headers}");
        }
    }
}
