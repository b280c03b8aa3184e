// The four verbs, with the official modules' own decoding of what comes back.

package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"google.golang.org/grpc"
)

// sizes are what Grafana's client allows both ways.
var sizes = []grpc.CallOption{
	grpc.MaxCallRecvMsgSize(math.MaxInt32), grpc.MaxCallSendMsgSize(math.MaxInt32),
}

// QueryData asks queries; frames are decoded by the SDK.
func (p *Plugin) QueryData(
	ctx context.Context, request *pluginv2.QueryDataRequest,
) (*backend.QueryDataResponse, error) {
	raw, err := p.data.QueryData(ctx, request, sizes...)
	if err != nil {
		return nil, err
	}
	answer, err := backend.FromProto().QueryDataResponse(raw)
	if err != nil {
		return nil, fmt.Errorf("the SDK cannot decode the frames: %w", err)
	}
	return answer, nil
}

// Message is one message of a resource's answer; the first one carries status and headers.
type Message struct {
	Code    int
	Headers map[string][]string
	Body    []byte
}

// CallResource calls a resource and hands each message to take as it arrives.
func (p *Plugin) CallResource(
	ctx context.Context, request *pluginv2.CallResourceRequest, take func(Message) error,
) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := p.resource.CallResource(ctx, request, sizes...)
	if err != nil {
		return err
	}
	for {
		raw, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		headers := make(map[string][]string, len(raw.Headers))
		for name, list := range raw.Headers {
			headers[name] = list.Values
		}
		if err := take(Message{Code: int(raw.Code), Headers: headers, Body: raw.Body}); err != nil {
			return err
		}
	}
}

// CheckHealth asks for the health.
func (p *Plugin) CheckHealth(
	ctx context.Context, context *pluginv2.PluginContext,
) (*backend.CheckHealthResult, error) {
	raw, err := p.diagnostics.CheckHealth(ctx, &pluginv2.CheckHealthRequest{PluginContext: context}, sizes...)
	if err != nil {
		return nil, err
	}
	return backend.FromProto().CheckHealthResponse(raw), nil
}

// CollectMetrics asks for the metrics, as Grafana does without user and organisation.
func (p *Plugin) CollectMetrics(ctx context.Context) ([]byte, error) {
	request := &pluginv2.CollectMetricsRequest{PluginContext: &pluginv2.PluginContext{PluginId: DatasourceType}}
	raw, err := p.diagnostics.CollectMetrics(ctx, request, sizes...)
	if err != nil {
		return nil, err
	}
	return raw.GetMetrics().GetPrometheus(), nil
}
