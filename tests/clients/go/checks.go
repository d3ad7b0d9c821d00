package main

// What the scene says and how it fails; the connections that take turns between the replicas.

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// The server did not do what Cognito does.
type failure string

func done(group string) { fmt.Println("go: " + group) }

func check(good bool, message string, values ...any) {
	if !good {
		panic(failure(fmt.Sprintf(message, values...)))
	}
}

func must(what string, err error) { check(err == nil, "%s: %v", what, err) }

// equal compares values as JSON.
func equal(what string, found, wanted any) {
	check(plain(found) == plain(wanted), "%s\n  expected: %s\n  actual:   %s", what, plain(wanted), plain(found))
}

func plain(value any) string {
	text, err := json.Marshal(value)
	must("JSON", err)
	return string(text)
}

var (
	name      = strings.ToLower("scene-go-" + os.Getenv("SCENE_NAME"))
	replicas  = strings.Split(os.Getenv("POOLHOUSE_ENDPOINT"), ",")
	turn      atomic.Uint64
	serverURL = parsed(replicas[0])
)

func parsed(text string) *url.URL {
	address, err := url.Parse(text)
	must(text, err)
	return address
}

// dial connects to the next replica, whatever the name: Go does not resolve names below localhost everywhere.
func dial(ctx context.Context, network, _ string) (net.Conn, error) {
	next := parsed(replicas[turn.Add(1)%uint64(len(replicas))])
	return new(net.Dialer).DialContext(ctx, network, next.Host)
}

// No connection is kept, which may be closed just when it is used again; no redirect is followed.
var web = &http.Client{
	Transport:     &http.Transport{DialContext: dial, DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// One attempt: a retry would hide an internal error.
var cognito = cip.New(cip.Options{
	BaseEndpoint:     aws.String(replicas[0]),
	Credentials:      credentials.NewStaticCredentialsProvider("test", "test", ""),
	HTTPClient:       web,
	Region:           "us-east-1",
	RetryMaxAttempts: 1,
})
