// Resource calls: the path decoded but not cleaned, the browser's headers, and each message flushed as it comes.

package serve

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"leverframe.test/host/process"
)

// resourceBodyMax is above what a plugin takes, so that the plugin's own limits are met.
const resourceBodyMax = 32 << 20

func (s *Server) resource(w http.ResponseWriter, r *http.Request, escaped string, settings *process.Settings) {
	path, address, err := resourceURL(escaped, r.URL.RawQuery)
	if err != nil {
		refuse(w, http.StatusBadRequest, "the path is not encoded rightly")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, resourceBodyMax))
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge, err.Error())
		return
	}
	headers := map[string]*pluginv2.StringList{}
	for name, values := range passedOn(r) {
		headers[name] = &pluginv2.StringList{Values: values}
	}
	user, org := caller(r, s.settings.OrgID)
	request := &pluginv2.CallResourceRequest{
		PluginContext: process.Context(settings, user, org),
		Path:          path, Method: r.Method, Url: address, Headers: headers, Body: body,
	}
	begun := false
	err = s.plugin.CallResource(r.Context(), request, func(message process.Message) error {
		if !begun {
			begun = true
			head(w, message)
		}
		if _, err := w.Write(message.Body); err != nil {
			return err
		}
		return http.NewResponseController(w).Flush()
	})
	if err != nil && !begun {
		refuse(w, http.StatusInternalServerError, "An error occurred within the plugin: "+err.Error())
	}
}

// resourceURL returns the decoded path and the url field as Grafana builds them.
func resourceURL(escaped, query string) (path, address string, err error) {
	decoded, err := url.PathUnescape(strings.TrimSuffix(strings.TrimPrefix(escaped, "/"), "/"))
	if err != nil {
		return "", "", err
	}
	whole := url.URL{Path: decoded, RawQuery: query}
	return decoded, whole.String(), nil
}

func head(w http.ResponseWriter, message process.Message) {
	for name, values := range message.Headers {
		if !strings.EqualFold(name, "Set-Cookie") {
			w.Header()[http.CanonicalHeaderKey(name)] = values
		}
	}
	w.Header().Set("Content-Security-Policy", "sandbox")
	w.WriteHeader(message.Code)
}
