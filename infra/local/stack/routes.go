package stack

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/devotionalai/platform/infra/local/artifacts"
)

// Route makes the HTTP API's routes exactly those of the template's HttpApi
// events, and answers the API's id. The emulator's SAM transform creates the
// API without any.
func (s *Stack) Route(ctx context.Context, p artifacts.Package) (string, error) {
	api, err := s.Physical(ctx, p.API)
	if err != nil {
		return "", err
	}
	if api == "" {
		return "", errors.New("stack has no HTTP API")
	}
	have, err := s.routes(ctx, api)
	if err != nil {
		return "", err
	}
	targets := map[string]string{} // function ARN: integration
	for _, r := range p.Routes {
		arn, err := s.arn(ctx, r.Function)
		if err != nil {
			return "", err
		}
		if arn == "" {
			continue // not deployed here
		}
		if old, ok := have[r.Key()]; ok {
			delete(have, r.Key())
			if old.function == arn {
				continue
			}
			if err := s.unroute(ctx, api, old); err != nil {
				return "", err
			}
		}
		if err := s.route(ctx, api, r.Key(), arn, targets); err != nil {
			return "", fmt.Errorf("add route %s: %w", r.Key(), err)
		}
	}
	for _, gone := range have {
		if err := s.unroute(ctx, api, gone); err != nil {
			return "", err
		}
	}
	return api, nil
}

// placed is a route that exists.
type placed struct {
	id       string
	function string // ARN
}

func (s *Stack) routes(ctx context.Context, api string) (map[string]placed, error) {
	integrations := map[string]string{}
	var token *string
	for {
		out, err := s.api.GetIntegrations(ctx, &apigatewayv2.GetIntegrationsInput{ApiId: aws.String(api), NextToken: token})
		if err != nil {
			return nil, fmt.Errorf("list integrations: %w", err)
		}
		for _, i := range out.Items {
			integrations["integrations/"+aws.ToString(i.IntegrationId)] = aws.ToString(i.IntegrationUri)
		}
		if token = out.NextToken; token == nil {
			break
		}
	}
	have := map[string]placed{}
	for {
		out, err := s.api.GetRoutes(ctx, &apigatewayv2.GetRoutesInput{ApiId: aws.String(api), NextToken: token})
		if err != nil {
			return nil, fmt.Errorf("list routes: %w", err)
		}
		for _, r := range out.Items {
			have[aws.ToString(r.RouteKey)] = placed{aws.ToString(r.RouteId), integrations[aws.ToString(r.Target)]}
		}
		if token = out.NextToken; token == nil {
			return have, nil
		}
	}
}

func (s *Stack) route(ctx context.Context, api, key, arn string, targets map[string]string) error {
	if targets[arn] == "" {
		out, err := s.api.CreateIntegration(ctx, &apigatewayv2.CreateIntegrationInput{
			ApiId: aws.String(api), IntegrationType: types.IntegrationTypeAwsProxy,
			IntegrationUri: aws.String(arn), PayloadFormatVersion: aws.String("2.0"),
		})
		if err != nil {
			return fmt.Errorf("create integration: %w", err)
		}
		targets[arn] = "integrations/" + aws.ToString(out.IntegrationId)
	}
	_, err := s.api.CreateRoute(ctx, &apigatewayv2.CreateRouteInput{
		ApiId: aws.String(api), RouteKey: aws.String(key), Target: aws.String(targets[arn]),
	})
	return err
}

func (s *Stack) unroute(ctx context.Context, api string, r placed) error {
	_, err := s.api.DeleteRoute(ctx, &apigatewayv2.DeleteRouteInput{ApiId: aws.String(api), RouteId: aws.String(r.id)})
	if err != nil {
		return fmt.Errorf("remove route: %w", err)
	}
	return nil
}

// FunctionURLs answers the hosts of the functions' URLs, by the path that the
// local edge serves each at.
func (s *Stack) FunctionURLs(ctx context.Context, p artifacts.Package) (map[string]string, error) {
	hosts := map[string]string{}
	for _, r := range p.Raw {
		name, err := s.Physical(ctx, r.Function)
		if err != nil {
			return nil, err
		}
		if name == "" {
			continue // not deployed here
		}
		at, err := s.functionURL(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("look up the URL of %s: %w", name, err)
		}
		address, err := url.Parse(at)
		if err != nil {
			return nil, fmt.Errorf("read the URL of %s: %w", name, err)
		}
		hosts[r.Path] = address.Host
	}
	return hosts, nil
}

// functionURL answers a function's URL. The emulator forgets it when it stops,
// although it keeps the function: then it is made once more.
func (s *Stack) functionURL(ctx context.Context, name string) (string, error) {
	out, err := s.lambda.GetFunctionUrlConfig(ctx, &lambda.GetFunctionUrlConfigInput{FunctionName: aws.String(name)})
	if err == nil {
		return aws.ToString(out.FunctionUrl), nil
	}
	var forgotten *lambdatypes.ResourceNotFoundException
	if !errors.As(err, &forgotten) {
		return "", err
	}
	made, err := s.lambda.CreateFunctionUrlConfig(ctx, &lambda.CreateFunctionUrlConfigInput{
		FunctionName: aws.String(name), AuthType: lambdatypes.FunctionUrlAuthTypeNone,
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(made.FunctionUrl), nil
}

// arn answers a function's ARN, "" when its condition keeps it away.
func (s *Stack) arn(ctx context.Context, r artifacts.Resource) (string, error) {
	name, err := s.Physical(ctx, r)
	if err != nil || name == "" {
		return "", err
	}
	out, err := s.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: aws.String(name)})
	if err != nil {
		return "", fmt.Errorf("look up function %s: %w", name, err)
	}
	return aws.ToString(out.FunctionArn), nil
}
