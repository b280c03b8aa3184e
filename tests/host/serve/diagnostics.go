// Health and metrics in Grafana's shapes.

package serve

import (
	"encoding/json"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"

	"leverframe.test/host/process"
)

func (s *Server) health(w http.ResponseWriter, r *http.Request, settings *process.Settings) {
	user, org := caller(r, s.settings.OrgID)
	health, err := s.plugin.CheckHealth(r.Context(), process.Context(settings, user, org))
	if err != nil {
		refuse(w, http.StatusInternalServerError, "Plugin health check failed: "+err.Error())
		return
	}
	body := map[string]any{"status": health.Status.String(), "message": health.Message}
	if len(health.JSONDetails) > 0 {
		details := map[string]any{}
		if err := json.Unmarshal(health.JSONDetails, &details); err != nil {
			refuse(w, http.StatusInternalServerError, "the details are no JSON object: "+err.Error())
			return
		}
		body["details"] = details
	}
	status := http.StatusOK
	if health.Status != backend.HealthStatusOk {
		status = http.StatusBadRequest
	}
	write(w, status, body)
}

func (s *Server) metrics(w http.ResponseWriter, r *http.Request) {
	text, err := s.plugin.CollectMetrics(r.Context())
	if err != nil {
		refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(text)
}
