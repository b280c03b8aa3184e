// The subcommand peer: makes the calls of a file and prints what the official modules make of the answers.

package command

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"

	"leverframe.test/host/process"
)

// callTimeout bounds one call of the file.
const callTimeout = 2 * time.Minute

type script struct {
	Settings *process.Settings `json:"settings"`
	Calls    []call            `json:"calls"`
}

// call is one call; its verb decides which of the other fields count.
type call struct {
	Verb    string            `json:"verb"` // query, resource, health or metrics
	User    *process.User     `json:"user"` // null: nobody
	OrgID   int64             `json:"orgId"`
	FromMS  int64             `json:"fromMs"`
	ToMS    int64             `json:"toMs"`
	Queries []scriptQuery     `json:"queries"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Query   string            `json:"query"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

type scriptQuery struct {
	RefID         string          `json:"refId"`
	QueryType     string          `json:"queryType"`
	IntervalMS    int64           `json:"intervalMs"`
	MaxDataPoints int64           `json:"maxDataPoints"`
	JSON          json.RawMessage `json:"json"`
}

func runPeer(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("peer", flag.ContinueOnError)
	path := flags.String("plugin", "", "the plugin's executable")
	file := flags.String("config", "", "JSON file with settings and calls")
	if err := flags.Parse(args); err != nil {
		return err
	}
	text, err := os.ReadFile(*file)
	if err != nil {
		return err
	}
	todo := script{}
	if err := json.Unmarshal(text, &todo); err != nil {
		return fmt.Errorf("%s: %w", *file, err)
	}
	plugin, err := process.Start(process.Options{Path: *path})
	if err != nil {
		return err
	}
	defer plugin.Stop()
	answers := json.NewEncoder(stdout)
	for place, call := range todo.Calls {
		answer, err := call.make(plugin, todo.Settings)
		if err != nil {
			return fmt.Errorf("call %d (%s): %w", place, call.Verb, err)
		}
		if err := answers.Encode(answer); err != nil {
			return err
		}
	}
	took, code := plugin.Stop()
	return answers.Encode(map[string]any{"stopped": code, "seconds": took.Seconds()})
}

func (c call) make(plugin *process.Plugin, settings *process.Settings) (any, error) {
	ctx, cancel := context.WithTimeout(context.Background(), callTimeout)
	defer cancel()
	caller := process.Context(settings, c.User, max(c.OrgID, 1))
	switch c.Verb {
	case "query":
		return plugin.QueryData(ctx, &pluginv2.QueryDataRequest{PluginContext: caller, Queries: c.queries()})
	case "resource":
		return c.resource(ctx, plugin, caller)
	case "health":
		health, err := plugin.CheckHealth(ctx, caller)
		if err != nil {
			return nil, err
		}
		return map[string]any{
			"status": health.Status.String(), "message": health.Message, "details": json.RawMessage(details(health)),
		}, nil
	case "metrics":
		text, err := plugin.CollectMetrics(ctx)
		return map[string]string{"metrics": string(text)}, err
	default:
		return nil, fmt.Errorf("no such verb")
	}
}

func details(health *backend.CheckHealthResult) []byte {
	if len(health.JSONDetails) == 0 {
		return []byte("null")
	}
	return health.JSONDetails
}

func (c call) queries() []*pluginv2.DataQuery {
	queries := make([]*pluginv2.DataQuery, 0, len(c.Queries))
	for _, query := range c.Queries {
		queries = append(queries, &pluginv2.DataQuery{
			RefId: query.RefID, QueryType: query.QueryType, IntervalMS: query.IntervalMS,
			MaxDataPoints: query.MaxDataPoints, Json: query.JSON,
			TimeRange: &pluginv2.TimeRange{FromEpochMS: c.FromMS, ToEpochMS: c.ToMS},
		})
	}
	return queries
}

func (c call) resource(ctx context.Context, plugin *process.Plugin, caller *pluginv2.PluginContext) (any, error) {
	headers := map[string]*pluginv2.StringList{}
	for name, value := range c.Headers {
		headers[name] = &pluginv2.StringList{Values: []string{value}}
	}
	url := c.Path
	if c.Query != "" {
		url += "?" + c.Query
	}
	request := &pluginv2.CallResourceRequest{
		PluginContext: caller, Path: c.Path, Method: c.Method, Url: url, Headers: headers, Body: []byte(c.Body),
	}
	answer := struct {
		Status  int                 `json:"status"`
		Headers map[string][]string `json:"headers"`
		Bodies  []string            `json:"bodies"`
	}{Bodies: []string{}}
	err := plugin.CallResource(ctx, request, func(message process.Message) error {
		if message.Code != 0 {
			answer.Status, answer.Headers = message.Code, message.Headers
		}
		answer.Bodies = append(answer.Bodies, string(message.Body))
		return nil
	})
	return answer, err
}
