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
	problems := troubles(reflect.ValueOf(into).Elem(), "", vars)
	if len(problems) == 0 {
		return errors.New("settings: the struct cannot be read") // its own fault; the cause might quote a value
	}
	return fmt.Errorf("settings: %s", strings.Join(problems, "; "))
}

// troubles parses each setting of a struct alone, the structs that it holds
// included: the parser's own error knows the field's name only, and two structs
// may have fields of one name.
func troubles(settings reflect.Value, prefix string, vars map[string]string) []string {
	var problems []string
	for i := range settings.NumField() {
		field, value := settings.Type().Field(i), settings.Field(i)
		tag, tagged := field.Tag.Lookup("env")
		if value.Kind() == reflect.Pointer && !value.IsNil() {
			value = value.Elem()
		}
		switch name, _, _ := strings.Cut(tag, ","); {
		case !field.IsExported() && !field.Anonymous:
		case tagged && name != "" && name != "-":
			if problem := trouble(field, prefix, vars); problem != "" {
				problems = append(problems, prefix+name+" "+problem)
			}
		case value.Kind() == reflect.Struct:
			problems = append(problems, troubles(value, prefix+field.Tag.Get("envPrefix"), vars)...)
		}
	}
	return problems
}

// trouble says what is wrong with one setting, without its value: that may be
// a secret.
func trouble(field reflect.StructField, prefix string, vars map[string]string) string {
	alone := reflect.StructOf([]reflect.StructField{{Name: "Setting", Type: field.Type, Tag: field.Tag}})
	err := env.ParseWithOptions(reflect.New(alone).Interface(), env.Options{Environment: vars, Prefix: prefix})
	var missing env.VarIsNotSetError
	var empty env.EmptyVarError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &missing):
		return "is missing"
	case errors.As(err, &empty):
		return "is empty"
	}
	return fmt.Sprintf("is not a valid %s", field.Type)
}
