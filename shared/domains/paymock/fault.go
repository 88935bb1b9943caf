package paymock

import (
	"fmt"
	"net/url"
)

// Fault is a refusal in Stripe's form.
type Fault struct {
	Status  int // of HTTP
	Type    string
	Code    string
	Decline string // decline_code
	Message string
	Param   string
}

// Error implements error.
func (f *Fault) Error() string { return f.Type + " " + f.Code + ": " + f.Message }

// Body is the fault as Stripe's JSON.
func (f *Fault) Body() map[string]any {
	e := object{"type": f.Type, "message": f.Message}
	for name, v := range map[string]string{"code": f.Code, "param": f.Param, "decline_code": f.Decline} {
		if v != "" {
			e[name] = v
		}
	}
	return object{"error": e}
}

func invalid(param, code, format string, args ...any) *Fault {
	return &Fault{Status: 400, Type: "invalid_request_error", Code: code, Message: fmt.Sprintf(format, args...), Param: param}
}

func missing(param string) *Fault {
	return invalid(param, "parameter_missing", "Missing required param: %s.", param)
}

// absent says that there is no such object: 404 for one that the address names,
// 400 for one that a parameter does.
func absent(what, id, param string) *Fault {
	f := invalid(param, "resource_missing", "No such %s: '%s'", what, id)
	if param == "id" {
		f.Status = 404
	}
	return f
}

func declined() *Fault {
	return &Fault{Status: 402, Type: "card_error", Code: "card_declined", Decline: "generic_decline", Message: "Your card was declined."}
}

// Unauthorized refuses a caller without the key.
func Unauthorized() *Fault {
	return &Fault{Status: 401, Type: "invalid_request_error", Message: "Invalid API Key provided."}
}

// OtherVersion refuses a caller that expects another version of the API.
func OtherVersion() *Fault {
	return invalid("", "", "This stand-in speaks API version %s only.", APIVersion)
}

// noRoute answers what this stand-in does not play.
func noRoute(method string, path string) *Fault {
	return &Fault{
		Status: 404, Type: "invalid_request_error",
		Message: fmt.Sprintf("Unrecognized request URL (%s: /v1/%s). The stand-in plays a part of Stripe only.", method, path),
	}
}

// oneOf reads a parameter that is one of a few words.
func oneOf(form url.Values, param string, fallback string, words ...string) (string, error) {
	v := form.Get(param)
	if v == "" {
		return fallback, nil
	}
	for _, w := range words {
		if v == w {
			return v, nil
		}
	}
	return "", invalid(param, "", "Invalid %s: must be one of %v", param, words)
}
