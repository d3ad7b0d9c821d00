//! The SAML provider, seen by a service provider that trusts its metadata and nothing else.

use std::time::SystemTime;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use saml_rs::{
    AcsEndpoint, AssertionSignaturePolicy, AudienceValidationPolicy, AuthnRequestSigningPolicy, BrowserInput,
    CertificatePem, ClockSkew, Credentials, EntityId, FormField, IdpDescriptor, LogoutResponse,
    LogoutSubject, MetadataTrustPolicy, NameId, PendingAuthnRequest, PendingLogoutRequest, PrivateKeyPem,
    RelayStateParam, ReplayPolicy, ResponseSignaturePolicy, Saml, SamlValidationContext, SessionIndex,
    SloEndpoint, Sp, SpConfig, SpValidationPolicy, SsoResponse, SsoSession, StartSlo, StartSso,
    XmlEncryptionPolicy, XmlPolicy, XmlSignatureProfile,
};
use serde_json::{Value, json};

use super::visitor::{Visitor, action, encoded, field};
use super::{HOSTILE, PATH, provider};
use crate::world::{Answer, World, on_both};

on_both!(
    a_service_provider_accepts_the_answer_to_its_request,
    an_assertion_can_be_encrypted_for_the_service_provider,
    a_sign_in_may_begin_at_the_provider,
    a_refusal_is_told_to_the_service_provider,
    a_logout_is_answered_where_the_session_came_from,
    what_is_no_request_is_told_on_a_page,
);

const AUDIENCE: &str = "urn:amazon:cognito:sp:us-east-1_AbCdEf123";
const ACS: &str = "https://team.example/saml2/idpresponse";
const RELAY_STATE: &str = "a relay state & more";

/// A service provider with a key of its own, and the provider as its metadata says.
struct Application {
    sp: Saml<Sp>,
    idp: IdpDescriptor,
}

impl Application {
    /// One that reads the metadata of this address, and has its assertions encrypted or not.
    async fn new(server: &World, encrypted: bool) -> Self {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let certificate = CertificateParams::default().self_signed(&pair).unwrap();
        let policy = SpValidationPolicy {
            assertions: AssertionSignaturePolicy::RequireSigned,
            responses: ResponseSignaturePolicy::RequireSigned,
            authn_requests: AuthnRequestSigningPolicy::DoNotSignForCompatibility,
            audience: AudienceValidationPolicy::Validate,
            xml_signatures: XmlSignatureProfile::StrictRsaSha2,
            ..SpValidationPolicy::recommended()
        };
        let mut config = SpConfig::builder(EntityId::try_new(AUDIENCE).unwrap())
            .acs_endpoint(AcsEndpoint::post(ACS).unwrap())
            .slo_endpoint(SloEndpoint::post("https://team.example/saml2/logout").unwrap())
            .credentials(Credentials {
                signing_key: Some(PrivateKeyPem::new(pair.serialize_pem())),
                signing_certificate: Some(CertificatePem::new(certificate.pem())),
                decryption_key: Some(PrivateKeyPem::new(pair.serialize_pem())),
                ..Credentials::default()
            })
            .validation(policy);
        if encrypted {
            let encryption = XmlEncryptionPolicy::encrypt_assertions();
            config = config.xml(XmlPolicy { encryption, ..XmlPolicy::default() });
        }
        let certificate = BASE64_STANDARD.encode(certificate.der());
        let query = if encrypted { encoded(&[("encrypt_for", &certificate)]) } else { String::new() };
        let metadata = server.get(&format!("{PATH}/saml/metadata?{query}")).await;
        assert_eq!(metadata.headers["content-type"], "application/samlmetadata+xml");
        let entity_id = EntityId::try_new(format!("{}{PATH}/saml/metadata", server.url)).unwrap();
        let idp = IdpDescriptor::from_metadata_xml_for(
            entity_id,
            &metadata.text,
            MetadataTrustPolicy::UnsignedForCompatibility,
        )
        .unwrap();
        Self { sp: Saml::sp(config.build().unwrap()).unwrap(), idp }
    }

    /// Sends the browser to the provider. Returns what is to be kept until it comes back, and the page.
    async fn begin(&self, visitor: &mut Visitor) -> (PendingAuthnRequest, Answer) {
        let relay_state = RelayStateParam::try_from_option(Some(RELAY_STATE.to_owned())).unwrap();
        let started = self.sp.start_sso(&self.idp, StartSso::redirect().relay_state(relay_state)).unwrap();
        let address = started.outbound.redirect_url().unwrap();
        // A signature changes nothing: the provider knows nobody's certificate.
        let signed = visitor.open(&format!("{address}&SigAlg=rsa&Signature=AAAA")).await;
        let page = visitor.open(address).await;
        for page in [&signed, &page] {
            assert!(page.status == 200 && page.text.contains(AUDIENCE), "{}", page.text);
        }
        (started.pending, page)
    }
}

/// Now, as the server sees it. Nothing is kept against replay.
fn context(server: &World) -> SamlValidationContext<'static> {
    let now = SystemTime::from(api::Clock::now(&*server.clock));
    SamlValidationContext::new(now, ReplayPolicy::DisabledForCompatibility)
        .with_clock_skew(ClockSkew::strict())
}

/// The fields that a page posts to the application, at this address.
fn posted(page: &Answer, address: &str) -> Vec<FormField> {
    assert_eq!((page.status, action(page).as_str()), (200, address), "{}", page.text);
    assert!(page.text.contains("<script src=\"/_poolhouse/idp/submit.js\" defer></script>"));
    ["SAMLResponse", "RelayState"]
        .into_iter()
        .filter_map(|name| Some(FormField::new(name, field(page, name)?)))
        .collect()
}

fn xml(page: &Answer) -> String {
    let document = BASE64_STANDARD.decode(field(page, "SAMLResponse").unwrap()).unwrap();
    String::from_utf8(document).unwrap()
}

/// Name and values of every attribute.
fn attributes(session: &SsoSession) -> Value {
    let attributes = session.attributes().as_slice().iter().map(|attribute| {
        let values: Vec<&str> = attribute.values().iter().map(|value| value.as_str()).collect();
        (attribute.name().to_owned(), json!(values))
    });
    Value::Object(attributes.collect())
}

async fn a_service_provider_accepts_the_answer_to_its_request(world: World) {
    let server = provider(&world).await;
    let (application, mut visitor) = (Application::new(&server, false).await, Visitor::at(&server));
    let (pending, page) = application.begin(&mut visitor).await;
    let fields = [
        ("subject", HOSTILE),
        ("email", "eve@example.com"),
        ("attributes", &format!("groups=a\ngroups=b\nhttp://claims.example/odd={HOSTILE}")),
    ];
    let page = visitor.submit(&page, &fields).await;
    assert_eq!(field(&page, "RelayState").as_deref(), Some(RELAY_STATE));
    let accept = |fields| {
        let input = BrowserInput::<SsoResponse>::post(fields);
        application.sp.finish_sso(&application.idp, &pending, input, context(&server))
    };
    let session = accept(posted(&page, ACS)).unwrap();
    assert_eq!(session.name_id().value(), HOSTILE);
    assert_eq!(session.verified_xml_signatures().len(), 2);
    let expected = json!({
        "email": ["eve@example.com"], "groups": ["a", "b"], "http://claims.example/odd": [HOSTILE],
    });
    assert_eq!(attributes(&session), expected);

    let tampered = BASE64_STANDARD.encode(xml(&page).replace("eve@example.com", "jane@example.com"));
    let tampered = vec![FormField::new("SAMLResponse", tampered), FormField::new("RelayState", RELAY_STATE)];
    assert!(accept(tampered).is_err());
    server.advance(chrono::TimeDelta::minutes(5));
    assert!(accept(posted(&page, ACS)).is_err(), "its time is over");
}

async fn an_assertion_can_be_encrypted_for_the_service_provider(world: World) {
    let server = provider(&world).await;
    let (application, mut visitor) = (Application::new(&server, true).await, Visitor::at(&server));
    let (pending, page) = application.begin(&mut visitor).await;
    let page = visitor.submit(&page, &[("person", "jane")]).await;
    assert!(xml(&page).contains("EncryptedAssertion") && !xml(&page).contains("jane"), "{}", xml(&page));
    let input = BrowserInput::<SsoResponse>::post(posted(&page, ACS));
    let session = application.sp.finish_sso(&application.idp, &pending, input, context(&server)).unwrap();
    assert_eq!(session.name_id().value(), "jane");

    let other = format!(
        "{PATH}/saml/start?{}",
        encoded(&[("acs", ACS), ("audience", AUDIENCE), ("encrypt_for", "bm8=")])
    );
    let page = visitor.open(&other).await;
    let refused = visitor.submit(&page, &[("person", "jane")]).await;
    assert!(refused.status == 400 && refused.text.contains("encrypt_for is not"), "{}", refused.text);
}

async fn a_sign_in_may_begin_at_the_provider(world: World) {
    let server = provider(&world).await;
    let (application, mut visitor) = (Application::new(&server, false).await, Visitor::at(&server));
    let start = format!("{PATH}/saml/start");
    let page = visitor.open(&start).await;
    assert!(page.text.contains("<form method=\"get\""), "{}", page.text);
    for wrong in [&[("acs", "javascript:alert(1)"), ("audience", AUDIENCE)][..], &[("acs", ACS)]] {
        let page = visitor.open(&format!("{start}?{}", encoded(wrong))).await;
        assert!(page.text.contains("role=\"alert\""), "{}", page.text);
    }
    let relay_state = "identity_provider=Saml&client_id=1&redirect_uri=https%3A%2F%2Fapp.example";
    let query = encoded(&[("acs", ACS), ("audience", AUDIENCE), ("relay_state", relay_state)]);
    let page = visitor.open(&format!("{start}?{query}")).await;
    assert!(!page.text.contains("refuse"), "nobody could be told");
    let page = visitor.submit(&page, &[("person", "kim")]).await;
    assert_eq!(field(&page, "RelayState").as_deref(), Some(relay_state));
    assert!(!xml(&page).contains("InResponseTo"));
    let input = BrowserInput::<SsoResponse>::post(posted(&page, ACS));
    let session = application.sp.accept_unsolicited_sso(&application.idp, input, context(&server)).unwrap();
    assert_eq!(session.name_id().value(), "kim");
    assert_eq!(attributes(&session)["email_verified"], json!(["false"]));
}

async fn a_refusal_is_told_to_the_service_provider(world: World) {
    let server = provider(&world).await;
    let (application, mut visitor) = (Application::new(&server, false).await, Visitor::at(&server));
    let (pending, page) = application.begin(&mut visitor).await;
    let page = visitor.submit(&page, &[("refuse", "true")]).await;
    let document = xml(&page);
    assert!(document.contains(":status:Responder") && document.contains(":status:AuthnFailed"), "{document}");
    assert!(document.contains("<ds:SignatureValue>") && !document.contains("<saml2:Assertion"));
    let input = BrowserInput::<SsoResponse>::post(posted(&page, ACS));
    let outcome = application.sp.finish_sso(&application.idp, &pending, input, context(&server));
    let error = outcome.unwrap_err().to_string();
    assert!(error.contains("AuthnFailed"), "{error}");
}

async fn a_logout_is_answered_where_the_session_came_from(world: World) {
    let server = provider(&world).await;
    let (application, mut visitor) = (Application::new(&server, false).await, Visitor::at(&server));
    let (pending, page) = application.begin(&mut visitor).await;
    let page = visitor.submit(&page, &[("person", "jane")]).await;
    let input = BrowserInput::<SsoResponse>::post(posted(&page, ACS));
    let session = application.sp.finish_sso(&application.idp, &pending, input, context(&server)).unwrap();

    let subject = session.logout_subject().unwrap();
    let started = application.sp.start_slo(&application.idp, subject, StartSlo::redirect()).unwrap();
    let page = visitor.open(started.outbound.redirect_url().unwrap()).await;
    let input = BrowserInput::<LogoutResponse>::post(posted(&page, "https://team.example/saml2/logout"));
    // The library waits for an answer by the way of the request. User pools ask by HTTP-Redirect and are told by HTTP-POST.
    let mut snapshot = started.pending.snapshot();
    snapshot.expected_binding = "post".to_owned();
    snapshot.request_binding = Some("post".to_owned());
    let pending = PendingLogoutRequest::from_snapshot(snapshot).unwrap();
    let completed = application.sp.finish_slo(&application.idp, &pending, input, context(&server)).unwrap();
    assert!(completed.status().unwrap().ends_with(":Success"));

    // A session that this provider did not begin has no way back.
    let subject = LogoutSubject::with_session_index(
        NameId::new("jane", None),
        SessionIndex::try_new("another").unwrap(),
    );
    let started = application.sp.start_slo(&application.idp, subject, StartSlo::redirect()).unwrap();
    let page = visitor.open(started.outbound.redirect_url().unwrap()).await;
    assert!(page.status == 200 && page.text.contains("You are signed out"), "{}", page.text);
}

async fn what_is_no_request_is_told_on_a_page(world: World) {
    let server = provider(&world).await;
    let mut visitor = Visitor::at(&server);
    for (endpoint, query, told) in [
        ("sso", String::new(), "SAMLRequest is missing"),
        ("slo", String::new(), "SAMLRequest is missing"),
        ("sso", encoded(&[("SAMLRequest", "PHg+")]), "is not base64 of a deflated text"),
        ("slo", encoded(&[("SAMLRequest", HOSTILE)]), "is not base64 of a deflated text"),
    ] {
        let page = visitor.open(&format!("{PATH}/saml/{endpoint}?{query}")).await;
        assert!(page.status == 400 && page.text.contains(told), "{}", page.text);
    }
}
