package sesmail

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/smithy-go"
)

// masked keeps the code of an SES error and drops its text: SES quotes the
// recipient ("Email address is not verified: …"), and logs must not.
func masked(err error) error {
	var api smithy.APIError
	switch {
	case errors.As(err, &api):
		return fmt.Errorf("SES answered %s", api.ErrorCode())
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("SES did not answer in time")
	}
	return errors.New("SES cannot be reached")
}
