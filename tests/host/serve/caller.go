// Who asks, and which of the browser's headers a plugin gets to see.

package serve

import (
	"net"
	"net/http"
	"strconv"
	"strings"

	"leverframe.test/host/process"
)

func caller(r *http.Request, fallbackOrg int64) (*process.User, int64) {
	org := fallbackOrg
	if given, err := strconv.ParseInt(r.Header.Get("X-Test-Org"), 10, 64); err == nil {
		org = given
	}
	if r.Header.Get("X-Test-No-User") == "1" {
		return nil, org
	}
	user := process.Admin()
	if logins, given := r.Header["X-Test-Login"]; given {
		user.Login, user.Name, user.Email = logins[0], logins[0], ""
	}
	if roles, given := r.Header["X-Test-Role"]; given {
		user.Role = roles[0]
	}
	return user, org
}

// removed are the headers that Grafana takes out of a resource call; every other one reaches the plugin, forged or
// not.
var removed = map[string]bool{
	"Accept-Encoding": true, "Authorization": true, "Connection": true, "Cookie": true, "Keep-Alive": true,
	"Origin": true, "Proxy-Authenticate": true, "Proxy-Authorization": true, "Referer": true, "Set-Cookie": true,
	"Te": true, "Trailer": true, "Transfer-Encoding": true, "Upgrade": true, "User-Agent": true,
	"X-Access-Token": true, "X-Forwarded-Host": true, "X-Forwarded-Port": true, "X-Forwarded-Proto": true,
	"X-Grafana-Device-Id": true, "X-Grafana-Id": true,
}

func passedOn(r *http.Request) map[string][]string {
	headers := map[string][]string{}
	for name, values := range r.Header {
		if !removed[name] && !strings.HasPrefix(name, "X-Test-") {
			headers[name] = values
		}
	}
	if peer, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		before := append([]string{}, headers["X-Forwarded-For"]...)
		headers["X-Forwarded-For"] = []string{strings.Join(append(before, peer), ", ")}
	}
	return headers
}

// forQueries are the headers that Grafana copies from the browser into a QueryData call.
var forQueries = []string{
	"X-Grafana-Org-Id", "X-Datasource-Uid", "X-Dashboard-Uid", "X-Panel-Id", "X-Panel-Plugin-Id",
	"X-Query-Group-Id", "X-Grafana-From-Expr", "X-Dashboard-Title", "X-Panel-Title",
}

func queryHeaders(r *http.Request) map[string]string {
	headers := map[string]string{}
	for _, name := range forQueries {
		if value := r.Header.Get(name); value != "" {
			headers["http_"+name] = value
		}
	}
	if value := r.Header.Get("FromAlert"); value != "" {
		headers["FromAlert"] = value
	}
	return headers
}
