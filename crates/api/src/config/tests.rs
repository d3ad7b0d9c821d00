use clap::Args as _;

use super::*;

fn with_file(text: &str) -> Result<Config, ConfigError> {
    let file = std::env::temp_dir().join(format!("poolhouse-config-{}.toml", text.len()));
    std::fs::write(&file, text).unwrap();
    Config::load(&Flags { config: Some(file), ..Flags::default() }, std::iter::empty())
}

#[test]
fn without_anything_the_defaults_hold() {
    let config = Config::load(&Flags::default(), std::iter::empty()).unwrap();
    assert_eq!(config.listen.port(), 9229);
    assert_eq!(config.database_url, "sqlite:poolhouse.db");
}

#[test]
fn a_flag_goes_before_the_file_and_the_file_before_defaults() {
    let file = std::env::temp_dir().join("poolhouse-config-order.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:1\"\nbase_domain = \"from-file\"").unwrap();
    let flags =
        Flags { config: Some(file), listen: Some(SocketAddr::from(([127, 0, 0, 1], 2))), ..Flags::default() };
    let config = Config::load(&flags, std::iter::empty()).unwrap();
    assert_eq!((config.listen.port(), config.base_domain.as_str()), (2, "from-file"));
}

#[test]
fn what_is_misspelt_is_refused_by_name() {
    let error = with_file("lisen = \"127.0.0.1:1\"").unwrap_err();
    assert!(error.to_string().contains("lisen"), "{error}");
    let error = Config::load(&Flags::default(), ["POOLHOUSE_LISEN".to_owned()].into_iter()).unwrap_err();
    assert!(error.to_string().contains("POOLHOUSE_LISEN"), "{error}");
    assert!(Config::load(&Flags::default(), ["POOLHOUSE_LISTEN".to_owned()].into_iter()).is_ok());
}

#[test]
fn values_that_no_server_can_work_with_are_refused() {
    for text in [
        "database_url = \"mysql://x\"",
        "public_url = \"localhost\"",
        "workers = 0",
        "max_violations = 0",
        "issuer = \"mine\"",
        "delivery_concurrency = 0",
        "delivery_timeout_seconds = 0",
        "delivery_timeout_seconds = 301",
        "messages_per_pool_per_minute = 0",
        "codes_per_user_per_hour = 0",
        "tries_per_code = 0",
        "control_token = \"\"",
        "tls = 1",
        "webhook_url = \"http://169.254.169.254/latest\"",
        "webhook_url = \"http://[::ffff:a9fe:a9fe]/\"",
        "provider_urls = [\"Google.token_url=http://2852039166/\"]",
        "tls_cert_file = \"cert.pem\"",
        "tls_key_file = \"key.pem\"",
        "trust_proxy = \"proxy.example\"",
        "trust_proxy = [\"10.0.0.0/40\"]",
        "allowed_hosts = [\"http://box.lan\"]",
        "allowed_hosts = [\"box.lan:9229\"]",
        "allowed_hosts = [\"*\"]",
        "allowed_origins = [\"*\"]",
        "allowed_origins = [\"null\"]",
        "allowed_origins = [\"box.lan\"]",
        "allowed_origins = [\"https://box.lan/path\"]",
        "allowed_origins = [\"file:///index.html\"]",
        "wrong_guesses_per_minute = 0",
        "request_headers_timeout_seconds = 0",
        "keep_alive_seconds = 0",
        "database_timeout_seconds = 0",
        "database_connections = 0",
        "request_body_timeout_seconds = 0",
        "max_unfinished_requests_per_address = 0",
        "max_connections = 0",
    ] {
        assert!(with_file(text).is_err(), "{text}");
    }
    let config = with_file("public_url = \"https://cognito.test/\"").unwrap();
    assert_eq!(config.public_url.as_deref(), Some("https://cognito.test"));
    // Docker Compose sets variables to nothing.
    let config =
        with_file("public_url = \"\"\nallowed_hosts = [\"box\", \"\"]\nallowed_origins = [\"\"]").unwrap();
    assert_eq!(
        (config.public_url, config.allowed_hosts, config.allowed_origins.len()),
        (None, vec!["box".to_owned()], 0)
    );
    let hosts = "allowed_hosts = [\"Box.LAN\", \"[2001:DB8::1]\", \"192.0.2.1\"]";
    let config =
        with_file(&format!("{hosts}\nallowed_origins = [\"HTTPS://Console.example:443/\"]")).unwrap();
    assert_eq!(config.allowed_hosts, ["box.lan", "[2001:db8::1]", "192.0.2.1"]);
    assert_eq!(config.allowed_origins, ["https://console.example"]);
    let proxies = TrustProxy::At(vec!["10.0.0.1/32".parse().unwrap(), "10.1.0.0/16".parse().unwrap()]);
    assert_eq!(with_file("trust_proxy = [\"10.0.0.1\", \"10.1.0.0/16\"]").unwrap().trust_proxy, proxies);
    assert_eq!(with_file("trust_proxy = \"10.0.0.1,10.1.0.0/16\"").unwrap().trust_proxy, proxies);
    assert_eq!(with_file("trust_proxy = true").unwrap().trust_proxy, TrustProxy::Everybody);
}

#[test]
fn a_token_that_everybody_knows_is_for_the_machine_itself() {
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 9229));
    let loopback = SocketAddr::from(([127, 0, 0, 1], 9229));
    for (listen, published, token, is_accepted) in [
        (loopback, None, "local-control-token", true),
        (everywhere, None, "local-control-token", false),
        (everywhere, Some("127.0.0.1"), "local-control-token", true),
        (everywhere, Some("[::1]"), "local-control-token", true),
        (everywhere, Some("0.0.0.0"), "local-control-token", false),
        (everywhere, Some("[::]"), "local-control-token", false),
        (everywhere, Some("192.168.1.7"), "local-control-token", false),
        (loopback, Some("0.0.0.0"), "local-control-token", false),
        (everywhere, Some("0.0.0.0"), "of our own", true),
        (everywhere, None, "of our own", true),
        (everywhere, Some("here"), "local-control-token", false),
    ] {
        let config = Config {
            listen,
            published_address: published.map(str::to_owned),
            control_token: Some(Secret(token.to_owned())),
            ..Config::default()
        };
        assert_eq!(config.checked().is_ok(), is_accepted, "{listen} {published:?} {token}");
    }
}

#[test]
fn a_switch_is_a_flag_alone_or_has_a_value() {
    let read = |arguments: &[&str]| {
        let command = Flags::augment_args(clap::Command::new("poolhouse"));
        let matches = command.try_get_matches_from([&["poolhouse"], arguments].concat()).unwrap();
        let flags = <Flags as clap::FromArgMatches>::from_arg_matches(&matches).unwrap();
        Config::load(&flags, std::iter::empty()).unwrap()
    };
    for (arguments, tls, trust_proxy, mock_idp) in [
        (&[][..], false, TrustProxy::Nobody, false),
        (&["--tls"], true, TrustProxy::Nobody, false),
        (&["--tls=false", "--trust-proxy"], false, TrustProxy::Everybody, false),
        (&["--trust-proxy=false"], false, TrustProxy::Nobody, false),
        (&["--trust-proxy=10.0.0.1"], false, "10.0.0.1".parse().unwrap(), false),
        (&["--trust-proxy=::1,10.0.0.0/8"], false, "::1,10.0.0.0/8".parse().unwrap(), false),
        (&["--mock-idp"], false, TrustProxy::Nobody, true),
    ] {
        let config = read(arguments);
        let found = (config.tls, config.trust_proxy, config.mock_idp);
        assert_eq!(found, (tls, trust_proxy, mock_idp), "{arguments:?}");
    }
}

#[test]
fn secrets_are_not_printed() {
    let config = Config { control_token: Some(Secret("hush".to_owned())), ..Config::default() };
    assert!(!format!("{config:?}").contains("hush"));
}
