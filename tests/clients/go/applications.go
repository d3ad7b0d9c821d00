package main

// An application: discovery and ID tokens by go-oidc, the code flow with PKCE by golang.org/x/oauth2.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

const callback = "http://localhost:3000/callback"

func applications(ctx context.Context, kept *state) {
	kept.Domain = name
	_, err := cognito.CreateUserPoolDomain(ctx, &cip.CreateUserPoolDomainInput{
		UserPoolId: &kept.Pool, Domain: &kept.Domain, ManagedLoginVersion: aws.Int32(2),
	})
	must("CreateUserPoolDomain", err)
	_, err = cognito.UpdateUserPoolClient(ctx, &cip.UpdateUserPoolClientInput{
		UserPoolId: &kept.Pool, ClientId: &kept.Client, AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, AllowedOAuthScopes: []string{"openid", "email"},
		CallbackURLs: []string{callback}, SupportedIdentityProviders: []string{"COGNITO"},
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
			types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
		},
	})
	must("UpdateUserPoolClient", err)
	_, err = cognito.CreateManagedLoginBranding(ctx, &cip.CreateManagedLoginBrandingInput{
		UserPoolId: &kept.Pool, ClientId: &kept.Client, UseCognitoProvidedValues: true,
	})
	must("CreateManagedLoginBranding", err)

	person := &visitor{cookies: map[string]string{}}
	application := open(ctx, kept)
	tokens := application.signIn(ctx, person)
	kept.Cookies, kept.OAuthRefresh = person.cookies, tokens.RefreshToken
	done("go-oidc: discovery, a code with PKCE, state and nonce, a verified ID token, user info")
	application.refresh(ctx, tokens.RefreshToken)
	application.refusals(ctx, person)
	done("oauth2: a refresh; another verifier and a code that comes twice")
}

type application struct {
	provider *oidc.Provider
	oauth2.Config
}

// open has the library discover the pool by its URL at this server, whatever issuer its tokens name.
func open(ctx context.Context, kept *state) application {
	ctx = oidc.ClientContext(ctx, web)
	at := fmt.Sprintf("http://localhost:%s/%s", serverURL.Port(), kept.Pool)
	ofAWS := fmt.Sprintf("https://cognito-idp.us-east-1.amazonaws.com/%s", kept.Pool)
	provider, err := oidc.NewProvider(ctx, at)
	if err != nil {
		// Where the issuer is that of AWS, an application has to say so.
		provider, err = oidc.NewProvider(oidc.InsecureIssuerURLContext(ctx, ofAWS), at)
	}
	must("discovery", err)
	return application{provider, oauth2.Config{
		ClientID: kept.Client, Endpoint: provider.Endpoint(), RedirectURL: callback, Scopes: []string{oidc.ScopeOpenID, "email"},
	}}
}

// code leads a person through the pages, and gives the code with which they come back.
func (application *application) code(person *visitor, state string, options ...oauth2.AuthCodeOption) string {
	start, err := url.Parse(application.AuthCodeURL(state, options...))
	must("the authorization URL", err)
	shown := person.open(http.MethodGet, start, nil)
	if !shown.left {
		shown = person.send(shown, url.Values{"username": {"gus"}, "password": {password}})
	}
	check(shown.left, "signing in does not lead to the application: %s", shown.text)
	answer := shown.at.Query()
	equal("the state", answer.Get("state"), state)
	check(answer.Get("code") != "", "no code: %s", shown.at)
	return answer.Get("code")
}

func (application *application) signIn(ctx context.Context, person *visitor) *oauth2.Token {
	ctx = oidc.ClientContext(ctx, web)
	verifier, nonce := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	code := application.code(person, "here", oauth2.S256ChallengeOption(verifier), oidc.Nonce(nonce))
	tokens, err := application.Exchange(ctx, code, oauth2.VerifierOption(verifier))
	must("the exchange", err)
	idToken := application.verified(ctx, tokens)
	equal("the nonce", idToken.Nonce, nonce)
	must("at_hash", idToken.VerifyAccessToken(tokens.AccessToken))
	var claims struct {
		Username      string `json:"cognito:username"`
		Email         string `json:"email"`
		EmailVerified bool   `json:"email_verified"`
	}
	must("the claims", idToken.Claims(&claims))
	equal("who", []any{claims.Username, claims.Email, claims.EmailVerified}, []any{"gus", "gus@example.com", true})

	info, err := application.provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	must("user info", err)
	equal("user info", []any{info.Subject, info.Email, info.EmailVerified}, []any{idToken.Subject, "gus@example.com", true})
	return tokens
}

func (application *application) verified(ctx context.Context, tokens *oauth2.Token) *oidc.IDToken {
	text, ok := tokens.Extra("id_token").(string)
	check(ok, "no ID token")
	idToken, err := application.provider.Verifier(&oidc.Config{ClientID: application.ClientID}).Verify(ctx, text)
	must("the ID token", err)
	return idToken
}

// refresh has the library see that the access token is over.
func (application *application) refresh(ctx context.Context, token string) {
	ctx = oidc.ClientContext(ctx, web)
	tokens, err := application.TokenSource(ctx, &oauth2.Token{RefreshToken: token}).Token()
	must("a refresh", err)
	application.verified(ctx, tokens)
}

func (application *application) refusals(ctx context.Context, person *visitor) {
	ctx = oidc.ClientContext(ctx, web)
	exchange := func(code, verifier string) string {
		_, err := application.Exchange(ctx, code, oauth2.VerifierOption(verifier))
		var refusal *oauth2.RetrieveError
		if errors.As(err, &refusal) {
			return refusal.ErrorCode
		}
		must("an exchange", err)
		return "tokens"
	}
	verifier := oauth2.GenerateVerifier()
	code := application.code(person, "wrong", oauth2.S256ChallengeOption(verifier))
	equal("another verifier", exchange(code, oauth2.GenerateVerifier()), "invalid_grant")
	code = application.code(person, "twice", oauth2.S256ChallengeOption(verifier))
	equal("a code", exchange(code, verifier), "tokens")
	equal("a code again", exchange(code, verifier), "invalid_grant")
}

func applicationsAgain(ctx context.Context, kept state) {
	application := open(ctx, &kept)
	application.refresh(ctx, kept.OAuthRefresh)
	// The browser's session needs no page.
	person := &visitor{cookies: kept.Cookies}
	application.code(person, "again", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()), oauth2.SetAuthURLParam("prompt", "none"))
	done("tokens and the browser's session outlive the restart")
}
