package frozen_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// known is the id of all that a made-up value names.
const known = "01ARZ3NDEKTSV4RRFFQ69G5FAV"

// method is one of a store.
type method struct {
	name string
	is   reflect.Value
}

// methods are those of all stores, but for the connection's own.
func (w *world) methods() []method {
	var all []method
	base := reflect.TypeFor[*dynamo.Client]()
	for name, store := range w.stores {
		v := reflect.ValueOf(store)
		for i := range v.NumMethod() {
			called := v.Type().Method(i).Name
			if _, own := base.MethodByName(called); !own {
				all = append(all, method{name + "." + called, v.Method(i)})
			}
		}
	}
	slices.SortFunc(all, func(a, b method) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return all
}

// call calls a method about an account, with made-up values: as few as there can be,
// or one of each. It returns its error.
func (m method) call(t *testing.T, id tenant.ID, full bool) (err error) {
	t.Helper()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	kind := m.is.Type()
	args := make([]reflect.Value, kind.NumIn())
	for i := range args {
		if kind.In(i) == reflect.TypeFor[context.Context]() {
			args[i] = reflect.ValueOf(t.Context())
			continue
		}
		args[i] = reflect.New(kind.In(i)).Elem()
		fill(args[i], id, full, 0)
	}
	results := m.is.Call(args)
	if len(results) > 0 {
		err, _ = results[len(results)-1].Interface().(error)
	}
	return err
}

// depth bounds types that hold themselves.
const depth = 8

// named are the values of types that have few.
func named(v reflect.Value, id tenant.ID) bool {
	now := time.Now().UTC()
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(now))
	case tenant.ID:
		v.SetString(string(id))
	case tenant.Status:
		v.SetString(string(tenant.Active))
	case tenant.Plan:
		v.SetString(string(tenant.Pro))
	case auth.MemberStatus:
		v.SetString(string(auth.MemberActive))
	case auth.Role:
		v.SetString(string(auth.Owner))
	case auth.Address:
		v.SetString("a@example.com")
	case archive.Month:
		v.SetString(string(archive.MonthOf(now)))
	case metering.Metric:
		v.SetString(string(metering.Metrics()[0]))
	default:
		return false
	}
	return true
}

// fill makes a value up.
func fill(v reflect.Value, id tenant.ID, full bool, deep int) {
	if deep > depth || named(v, id) {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(known)
	case reflect.Bool:
		v.SetBool(full)
	case reflect.Int, reflect.Int64, reflect.Int32:
		if full {
			v.SetInt(1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				if f := v.Type().Field(i); f.Name == "ID" && v.Type() == reflect.TypeFor[tenant.Tenant]() {
					v.Field(i).SetString(string(id))
					continue
				}
				fill(v.Field(i), id, full, deep+1)
			}
		}
	case reflect.Pointer:
		if full {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), id, full, deep+1)
		}
	case reflect.Slice:
		if full {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0), id, full, deep+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		if full {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(key, id, full, deep+1)
			fill(value, id, full, deep+1)
			v.SetMapIndex(key, value)
		}
	case reflect.Func:
		v.Set(reflect.MakeFunc(v.Type(), func([]reflect.Value) []reflect.Value {
			out := make([]reflect.Value, v.Type().NumOut())
			for i := range out {
				out[i] = reflect.Zero(v.Type().Out(i))
			}
			return out
		}))
	}
}
