// The scene, played by the AWS SDK for Go v2, go-oidc and golang.org/x/oauth2.
//
// Usage: client build | verify | teardown; ../README.md says which variables it reads.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
)

// What build saw, for verify and teardown.
type state struct {
	Pool, Domain string
	Client       string
	Described    json.RawMessage
	Usernames    []string
	RefreshToken string
	OAuthRefresh string
	Cookies      map[string]string
}

func build(ctx context.Context) {
	var kept state
	people(ctx, &kept)
	applications(ctx, &kept)
	kept.Described = describe(ctx, kept.Pool)
	text, err := json.Marshal(kept)
	must("the state", err)
	must("the state", os.WriteFile(os.Getenv("SCENE_STATE"), text, 0o600))
}

func verify(ctx context.Context) {
	kept := load()
	peopleAgain(ctx, kept)
	applicationsAgain(ctx, kept)
}

func teardown(ctx context.Context) {
	remove(ctx, load())
}

func load() state {
	text, err := os.ReadFile(os.Getenv("SCENE_STATE"))
	must("the state", err)
	var kept state
	must("the state", json.Unmarshal(text, &kept))
	return kept
}

func main() {
	acts := map[string]func(context.Context){"build": build, "verify": verify, "teardown": teardown}
	var act func(context.Context)
	if len(os.Args) == 2 {
		act = acts[os.Args[1]]
	}
	if act == nil {
		fmt.Fprintln(os.Stderr, "usage: client build | verify | teardown")
		os.Exit(2)
	}
	defer func() {
		if problem := recover(); problem != nil {
			failure, ok := problem.(failure)
			if !ok {
				panic(problem)
			}
			fmt.Fprintf(os.Stderr, "go: %s FAILED: %s\n", os.Args[1], string(failure))
			os.Exit(1)
		}
	}()
	act(context.Background())
}
