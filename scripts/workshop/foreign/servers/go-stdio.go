// A server of the Go SDK over standard input and output: one process a session, so a global is the session's.
package main

import (
	"context"
	"log"
	"strconv"
	"time"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type none struct{}
type number struct {
	N int `json:"n"`
}
type steps struct {
	Steps int `json:"steps"`
}
type message struct {
	Message string `json:"message"`
}

var total int
var server = mcp.NewServer(&mcp.Implementation{Name: "sums", Version: "1.0.0"}, nil)

func text(said string) *mcp.CallToolResult {
	return &mcp.CallToolResult{Content: []mcp.Content{&mcp.TextContent{Text: said}}}
}

func tool[In any](name string, act func(context.Context, *mcp.CallToolRequest, In) (string, error)) {
	mcp.AddTool(server, &mcp.Tool{Name: name}, func(ctx context.Context, req *mcp.CallToolRequest, in In) (*mcp.CallToolResult, any, error) {
		said, err := act(ctx, req, in)
		return text(said), nil, err
	})
}

func main() {
	tool("add", func(_ context.Context, _ *mcp.CallToolRequest, in number) (string, error) {
		total += in.N
		return strconv.Itoa(total), nil
	})
	tool("echo", func(_ context.Context, _ *mcp.CallToolRequest, in message) (string, error) { return in.Message, nil })
	tool("work", func(ctx context.Context, req *mcp.CallToolRequest, in steps) (string, error) {
		for step := range in.Steps {
			told := &mcp.ProgressNotificationParams{ProgressToken: req.Params.GetProgressToken(), Progress: float64(step + 1)}
			if err := req.Session.NotifyProgress(ctx, told); err != nil {
				return "", err
			}
			time.Sleep(20 * time.Millisecond)
		}
		return "done", nil
	})
	tool("ask_model", func(ctx context.Context, req *mcp.CallToolRequest, _ none) (string, error) {
		asked := &mcp.SamplingMessage{Role: "user", Content: &mcp.TextContent{Text: "Who are you?"}}
		answer, err := req.Session.CreateMessage(ctx, &mcp.CreateMessageParams{MaxTokens: 10, Messages: []*mcp.SamplingMessage{asked}})
		if err != nil {
			return "", err
		}
		return answer.Content.(*mcp.TextContent).Text, nil
	})
	tool("ask_user", func(ctx context.Context, req *mcp.CallToolRequest, _ none) (string, error) {
		name := &jsonschema.Schema{Type: "object", Properties: map[string]*jsonschema.Schema{"name": {Type: "string"}}}
		answer, err := req.Session.Elicit(ctx, &mcp.ElicitParams{Message: "Who are you?", RequestedSchema: name})
		if err != nil {
			return "", err
		}
		return answer.Content["name"].(string), nil
	})
	tool("later", func(context.Context, *mcp.CallToolRequest, none) (string, error) {
		// A new tool is told of outside of any call.
		go func() {
			for range time.Tick(500 * time.Millisecond) {
				tool("new", func(context.Context, *mcp.CallToolRequest, none) (string, error) { return "", nil })
			}
		}()
		return "later", nil
	})
	if err := server.Run(context.Background(), &mcp.StdioTransport{}); err != nil {
		log.Fatal(err)
	}
}
