// Builds the PluginContext that Grafana sends with every call.

package process

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
)

// DatasourceType is the id of our datasource plugin.
const DatasourceType = "leverframe-operations-datasource"

// Settings are one provisioned datasource.
type Settings struct {
	// UID of the datasource.
	UID string `json:"uid"`
	// OrgID of the datasource; 0 means 1.
	OrgID int64 `json:"orgId"`
	// JSONData as in a provisioning file.
	JSONData json.RawMessage `json:"jsonData"`
	// SecureJSONData as in a provisioning file, already decrypted.
	SecureJSONData map[string]string `json:"secureJsonData"`
	// UpdatedMS is when the settings changed last.
	UpdatedMS int64 `json:"lastUpdatedMS"`
	// GrafanaURL is GF_APP_URL.
	GrafanaURL string `json:"grafanaUrl"`
	// URL is Grafana's own field, which the plugin must not use.
	URL string `json:"url"`
}

// ReadSettings reads settings from a JSON file; unknown fields are refused.
func ReadSettings(path string) (Settings, error) {
	settings := Settings{}
	file, err := os.Open(path)
	if err != nil {
		return settings, err
	}
	defer file.Close()
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&settings); err != nil {
		return settings, fmt.Errorf("%s: %w", path, err)
	}
	if settings.UID == "" {
		settings.UID = "leverframe"
	}
	if settings.OrgID == 0 {
		settings.OrgID = 1
	}
	return settings, nil
}

// User is who asks; a nil User is Grafana itself.
type User struct {
	Login string `json:"login"`
	Name  string `json:"name"`
	Email string `json:"email"`
	Role  string `json:"role"`
}

// Admin is a user who may do everything.
func Admin() *User {
	return &User{Login: "admin", Name: "Ada Admin", Email: "admin@example.org", Role: "Admin"}
}

// Context builds the context of a call. Without settings it is what reaches a plugin by
// /api/plugins/<id>/resources.
func Context(settings *Settings, user *User, orgID int64) *pluginv2.PluginContext {
	context := &pluginv2.PluginContext{
		OrgId:         orgID,
		PluginId:      DatasourceType,
		PluginVersion: "0.1.0",
		UserAgent:     "Grafana/12.3.0 (linux; amd64)",
		GrafanaConfig: map[string]string{"GF_APP_URL": "http://localhost:3000/"},
	}
	if user != nil {
		context.User = &pluginv2.User{Login: user.Login, Name: user.Name, Email: user.Email, Role: user.Role}
	}
	if settings != nil {
		if settings.GrafanaURL != "" {
			context.GrafanaConfig["GF_APP_URL"] = settings.GrafanaURL
		}
		context.DataSourceInstanceSettings = &pluginv2.DataSourceInstanceSettings{
			Id: 1, Uid: settings.UID, Name: "Leverframe", Url: settings.URL, JsonData: settings.JSONData,
			DecryptedSecureJsonData: settings.SecureJSONData, LastUpdatedMS: settings.UpdatedMS,
		}
	}
	return context
}
