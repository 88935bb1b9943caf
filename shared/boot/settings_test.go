package boot

import (
	"strings"
	"testing"
	"time"
)

type inner struct {
	Table string        `env:"TABLE,required,notEmpty"`
	Wait  time.Duration `env:"WAIT" envDefault:"1s"`
	On    bool          `env:"ON"`
}

type other struct {
	Wait int `env:"OTHER_WAIT,required"` // the field's name is inner's too, of another type
}

type Embedded struct {
	Limit int `env:"LIMIT,required"`
}

type nested struct {
	Embedded
	First  inner `envPrefix:"FIRST_"`
	Second inner `envPrefix:"SECOND_"`
	Deep   struct {
		Other other
	} `envPrefix:"DEEP_"`
	Pointed *inner `envPrefix:"POINTED_"`
	List    []int  `env:"LIST"`
}

// TestSettingsAreReportedUnderTheirOwnNames: an operator sees names only, so a
// wrong one sends them to the wrong setting.
func TestSettingsAreReportedUnderTheirOwnNames(t *testing.T) {
	t.Parallel()
	good := map[string]string{
		"LIMIT": "1", "FIRST_TABLE": "a", "SECOND_TABLE": "b", "DEEP_OTHER_WAIT": "2", "POINTED_TABLE": "c",
	}
	const bad = "s3cret"
	for _, c := range []struct {
		name string
		set  map[string]string // "" takes the setting away
		want []string
	}{
		{"nothing", nil, nil},
		{"embedded, missing", map[string]string{"LIMIT": ""}, []string{"LIMIT is missing"}},
		{"embedded, no number", map[string]string{"LIMIT": bad}, []string{"LIMIT is not a valid int"}},
		{"prefixed, missing in one of two", map[string]string{"SECOND_TABLE": ""}, []string{"SECOND_TABLE is missing"}},
		{"prefixed, no duration", map[string]string{"SECOND_WAIT": bad}, []string{"SECOND_WAIT is not a valid time.Duration"}},
		{"prefixed, no bool", map[string]string{"FIRST_ON": bad}, []string{"FIRST_ON is not a valid bool"}},
		{"two levels down, of a name that another has", map[string]string{"DEEP_OTHER_WAIT": bad}, []string{"DEEP_OTHER_WAIT is not a valid int"}},
		{"behind a pointer", map[string]string{"POINTED_WAIT": bad}, []string{"POINTED_WAIT is not a valid time.Duration"}},
		{"a list", map[string]string{"LIST": "1," + bad}, []string{"LIST is not a valid []int"}},
		{"several", map[string]string{"FIRST_WAIT": bad, "DEEP_OTHER_WAIT": "", "SECOND_TABLE": ""},
			[]string{"FIRST_WAIT is not a valid time.Duration", "SECOND_TABLE is missing", "DEEP_OTHER_WAIT is missing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var environ []string
			for name, value := range good {
				if _, changed := c.set[name]; !changed {
					environ = append(environ, name+"="+value)
				}
			}
			for name, value := range c.set {
				if value != "" {
					environ = append(environ, name+"="+value)
				}
			}
			err := parse(&nested{Pointed: &inner{}}, environ)
			switch {
			case c.want == nil && err != nil:
				t.Fatal(err)
			case c.want == nil:
				return
			case err == nil || err.Error() != "settings: "+strings.Join(c.want, "; "):
				t.Errorf("got %v, want settings: %s", err, strings.Join(c.want, "; "))
			}
		})
	}
	environ := []string{"LIMIT=1", "FIRST_TABLE=", "SECOND_TABLE=b", "DEEP_OTHER_WAIT=2"}
	if err := parse(&nested{}, environ); err == nil || err.Error() != "settings: FIRST_TABLE is empty" {
		t.Errorf("an empty one: %v", err)
	}
}
