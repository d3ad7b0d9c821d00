package main

// A browser without a screen: cookies, redirects within a domain, and forms as they stand in the page.

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

type visitor struct {
	cookies map[string]string
}

type page struct {
	at   *url.URL
	text string
	// Whether the visitor has left the domain for `at`, where the application would answer.
	left bool
}

func (visitor *visitor) open(method string, at *url.URL, form url.Values) page {
	request, err := http.NewRequest(method, at.String(), strings.NewReader(form.Encode()))
	must(at.String(), err)
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", at.Scheme+"://"+at.Host)
	}
	for name, value := range visitor.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	answer, err := web.Do(request)
	must(at.String(), err)
	defer answer.Body.Close()
	for _, cookie := range answer.Cookies() {
		if cookie.MaxAge < 0 {
			delete(visitor.cookies, cookie.Name)
		} else {
			visitor.cookies[cookie.Name] = cookie.Value
		}
	}
	if location := answer.Header.Get("Location"); location != "" {
		next, err := at.Parse(location)
		must(location, err)
		if next.Host != at.Host {
			return page{at: next, left: true}
		}
		return visitor.open(http.MethodGet, next, nil)
	}
	text, err := io.ReadAll(answer.Body)
	must(at.String(), err)
	return page{at: at, text: string(text)}
}

var (
	actions = regexp.MustCompile(`<form method="post" action="([^"]*)"`)
	tokens  = regexp.MustCompile(`name="_csrf" value="([^"]*)"`)
)

// send fills in the page's form.
func (visitor *visitor) send(shown page, fields url.Values) page {
	action, csrf := actions.FindStringSubmatch(shown.text), tokens.FindStringSubmatch(shown.text)
	check(action != nil && csrf != nil, "a page without a form: %s", shown.text)
	to, err := shown.at.Parse(html.UnescapeString(action[1]))
	must(action[1], err)
	fields.Set("_csrf", html.UnescapeString(csrf[1]))
	return visitor.open(http.MethodPost, to, fields)
}
