package boot

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/caarlos0/env/v11"
)

// common is what every function is told, whatever it does.
type common struct {
	Stage     string `env:"STAGE,required"`
	Mode      Mode   `env:"MODE,required"`
	Build     string `env:"BUILD,required"`
	SentryDSN string `env:"SENTRY_DSN"`
	Function  string `env:"AWS_LAMBDA_FUNCTION_NAME"`
	Endpoint  string `env:"AWS_ENDPOINT_URL"`
	Region    string `env:"AWS_REGION"`
	Faults    string `env:"FAULTS"` // JSON, see calls.ParseFaults; refused outside local mode
	RoleARN   string `env:"TENANT_ROLE_ARN"`
}

// Mode is where the product runs.
type Mode string

// The modes. Local permits generated secrets, drawn pictures and planted faults.
const (
	Local Mode = "local"
	AWS   Mode = "aws"
)

// parse fills a settings struct from environ ("NAME=value" lines) by its env
// tags. The error names every missing or malformed setting at once, never a value.
func parse(into any, environ []string) error {
	vars := make(map[string]string, len(environ))
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		vars[name] = value
	}
	err := env.ParseWithOptions(into, env.Options{Environment: vars})
	if err == nil {
		return nil
	}
	var all env.AggregateError
	if !errors.As(err, &all) {
		return fmt.Errorf("parse settings: %w", err)
	}
	var problems []string
	for _, e := range all.Errors {
		problems = append(problems, describe(into, e))
	}
	return fmt.Errorf("settings: %s", strings.Join(problems, "; "))
}

// describe names a setting's problem without its value: a value may be a secret.
func describe(into any, err error) string {
	var missing env.VarIsNotSetError
	var empty env.EmptyVarError
	var malformed env.ParseError
	switch {
	case errors.As(err, &missing):
		return missing.Key + " is missing"
	case errors.As(err, &empty):
		return empty.Key + " is empty"
	case errors.As(err, &malformed):
		return fmt.Sprintf("%s is not a %s", variable(reflect.TypeOf(into), malformed.Name), malformed.Type)
	}
	return "a setting cannot be read"
}

// variable finds the environment variable of a settings field, embedded structs
// included; the parser's error knows only the field.
func variable(t reflect.Type, field string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	f, ok := t.FieldByName(field)
	if !ok {
		return field
	}
	name, _, _ := strings.Cut(f.Tag.Get("env"), ",")
	return name
}
