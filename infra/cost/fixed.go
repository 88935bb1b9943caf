package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// item is one thing that is paid whether or not anybody comes.
type item struct {
	What  string
	Count float64
	USD   float64 // a month, of all of them
}

// hours of a month, as AWS reckons.
const hours = 730

// An idle queue is asked this often a month: five pollers of Lambda, each waiting 20
// seconds.
const idlePolls = 5 * 3 * 60 * hours

// What a scheduled call takes, on average: seconds, and read units of DynamoDB.
const (
	scheduledSeconds = 0.5
	scheduledReads   = 16
)

// fixed is what a deployment costs a month before its first caller.
func fixed(d deployment) ([]item, error) {
	sums := map[string]item{}
	add := func(what string, count float64, p price) {
		i := sums[what]
		sums[what] = item{what, i.Count + count, i.USD + count*p.USD}
	}
	var bad []error
	for _, r := range d.resources {
		if err := own(r, add); err != nil {
			bad = append(bad, err)
		}
	}
	add("secret of the edge and the API, where the deployment keeps it", 1, secret)
	items := slices.Collect(maps.Values(sums))
	slices.SortFunc(items, func(a, b item) int { return strings.Compare(a.What, b.What) })
	return items, errors.Join(bad...)
}

// own adds what one resource costs by being there.
func own(r resource, add func(string, float64, price)) error {
	switch r.kind {
	case "AWS::CloudWatch::Alarm":
		return alarm(r, add)
	case "AWS::CloudWatch::CompositeAlarm":
		add("composite alarms", 1, composite)
	case "AWS::CloudWatch::Dashboard":
		return board(r, add)
	case "AWS::WAFv2::WebACL":
		add("web ACL", 1, webACL)
		rules, _ := r.properties["Rules"].([]any)
		add("rules of the web ACL", float64(len(rules)), webRule)
	case "AWS::KMS::Key":
		add("keys", 1, kmsKey)
	case "AWS::KMS::Alias":
	case "AWS::SecretsManager::Secret", "AWS::SecretsManager::RotationSchedule": // the rotated secret is given by its ARN
		add("secrets", 1, secret)
	case "AWS::Lambda::EventSourceMapping":
		if r.properties["StartingPosition"] == nil { // Lambda reads streams of tables free of charge
			add("calls that ask an idle queue, in millions", idlePolls/1e6, queueMillion)
		}
	case "AWS::Events::Rule":
		return schedule(r, add)
	case "AWS::Synthetics::Canary":
		runs, err := runsOf(fmt.Sprint(at(r.properties, "Schedule", "Expression")))
		add("runs of canaries", runs, canaryRun)
		return err
	default:
		if !slices.Contains(byUse, r.kind) {
			return fmt.Errorf("%s: no price is known of %s: give it one in infra/cost/prices.go", r.id, r.kind)
		}
	}
	return nil
}

func alarm(r resource, add func(string, float64, price)) error {
	read, period := 1, r.properties["Period"]
	if queries, ok := r.properties["Metrics"].([]any); ok {
		read = 0
		for _, q := range queries {
			if at(q, "MetricStat") != nil {
				read++
				period = at(q, "MetricStat", "Period")
			} else if strings.Contains(strings.ToUpper(fmt.Sprint(at(q, "Expression"))), "SELECT ") {
				return fmt.Errorf("%s: an alarm on a query costs for each metric that the query finds; write a metric of one dimension instead", r.id)
			}
		}
	}
	seconds, err := strconv.ParseFloat(fmt.Sprint(period), 64)
	if err != nil {
		return fmt.Errorf("%s: period %v", r.id, period)
	}
	if seconds < 60 {
		add("metrics that fast alarms read", float64(read), fastAlarm)
		return nil
	}
	add("metrics that alarms read", float64(read), alarmMetric)
	return nil
}

// board is free of charge with few enough metrics.
func board(r resource, add func(string, float64, price)) error {
	var body struct {
		Widgets []struct {
			Properties struct {
				Metrics []json.RawMessage `json:"metrics"`
			} `json:"properties"`
		} `json:"widgets"`
	}
	if err := json.Unmarshal([]byte(fmt.Sprint(r.properties["DashboardBody"])), &body); err != nil {
		return fmt.Errorf("%s: the body is not JSON: %w", r.id, err)
	}
	shown := 0
	for _, w := range body.Widgets {
		shown += len(w.Properties.Metrics)
	}
	if shown == 0 || shown > 50 {
		add("dashboards with too many metrics", 1, dashboard)
		return nil
	}
	add("dashboards, within the three that are free", 1, price{})
	return nil
}

// schedule is what the calls of a rule's schedule cost; events of AWS are free.
func schedule(r resource, add func(string, float64, price)) error {
	expression, _ := r.properties["ScheduleExpression"].(string)
	if expression == "" {
		return nil
	}
	calls, err := runsOf(expression)
	if err != nil {
		return fmt.Errorf("%s: %w", r.id, err)
	}
	add("scheduled calls, in millions", calls/1e6, callMillion)
	add("GB-seconds of scheduled calls", calls*scheduledSeconds*r.memory/1024, functionGBs)
	add("read units of scheduled calls, in millions", calls*scheduledReads/1e6, readMillion)
	return nil
}

// runsOf is how often a month a schedule comes: rate(5 minutes), or a cron
// expression, which is taken for daily.
func runsOf(expression string) (float64, error) {
	if strings.HasPrefix(expression, "cron(") {
		return hours / 24.0, nil
	}
	every, unit, ok := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(expression, "rate("), ")"), " ")
	n, err := strconv.ParseFloat(every, 64)
	inHour := map[string]float64{"minute": 60, "hour": 1, "day": 1.0 / 24}[strings.TrimSuffix(unit, "s")]
	if !ok || err != nil || n <= 0 || inHour == 0 {
		return 0, fmt.Errorf("no schedule: %q", expression)
	}
	return hours * inHour / n, nil
}

func total(items []item) float64 {
	sum := 0.0
	for _, i := range items {
		sum += i.USD
	}
	return sum
}

// at is what lies below v under the names.
func at(v any, names ...string) any {
	for _, n := range names {
		m, _ := v.(map[string]any)
		v = m[n]
	}
	return v
}
