// Command publish sends one measured indicator to the ingest and prints its receipt.
//
//	go run ./publish
//
// It is told by the environment where to and as whom: see docs/publish.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	cloudevents "github.com/cloudevents/sdk-go/v2"
	"github.com/google/uuid"
)

const measuredType = "vn.tiendo.indicators.IndicatorMeasured.v1"

func main() {
	receipt, err := run(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(receipt)
}

func run(ctx context.Context) (string, error) {
	told, err := settingsFromEnvironment()
	if err != nil {
		return "", err
	}
	return publish(ctx, told)
}

// settings come from the environment, as docs/publish.md sets them.
type settings struct {
	ingest, token, source, unit, indicator string
}

func settingsFromEnvironment() (settings, error) {
	var told settings
	for name, setting := range map[string]*string{
		"TIENDO_INGEST":    &told.ingest,
		"TIENDO_TOKEN":     &told.token,
		"TIENDO_SOURCE":    &told.source,
		"TIENDO_UNIT":      &told.unit,
		"TIENDO_INDICATOR": &told.indicator,
	} {
		if *setting = os.Getenv(name); *setting == "" {
			return settings{}, fmt.Errorf("%s is not set: see docs/publish.md", name)
		}
	}
	return told, nil
}

// measured is the data of an IndicatorMeasured. A value is a decimal as text: never a float.
type measured struct {
	IndicatorID string    `json:"indicator_id"`
	UnitID      string    `json:"unit_id"`
	Period      string    `json:"period"`
	Value       string    `json:"value"`
	Unit        string    `json:"unit"`
	MeasuredAt  time.Time `json:"measured_at"`
	System      string    `json:"system"`
}

// publish sends one event and gives the receipt as JSON. Whoever gets an error sends the same event
// again, with the same id: the ingest knows repeats by source and id.
func publish(ctx context.Context, s settings) (string, error) {
	event, err := s.event(time.Now().UTC().Truncate(time.Microsecond))
	if err != nil {
		return "", err
	}
	address := strings.TrimSuffix(s.ingest, "/") + "/v1/events"
	request, err := cloudevents.NewHTTPRequestFromEvent(ctx, address, event)
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return "", err
	}
	return receiptOf(response.StatusCode, body)
}

func (s settings) event(now time.Time) (cloudevents.Event, error) {
	event := cloudevents.NewEvent()
	event.SetID(uuid.NewString())
	event.SetSource(s.source)
	event.SetType(measuredType)
	event.SetSubject(s.unit)
	event.SetTime(now)
	err := event.SetData(cloudevents.ApplicationJSON, measured{
		IndicatorID: s.indicator,
		UnitID:      s.unit,
		Period:      "2026-W47",
		Value:       "1287",
		Unit:        "login",
		MeasuredAt:  now,
		System:      s.source,
	})
	return event, err
}

// receiptOf takes the one receipt out of an answer. A refused event has one too, with the reasons.
func receiptOf(status int, body []byte) (string, error) {
	var answer struct{ Receipts []json.RawMessage }
	if err := json.Unmarshal(body, &answer); err != nil || len(answer.Receipts) != 1 {
		return "", fmt.Errorf("status %d: %s", status, body)
	}
	if status != http.StatusOK {
		return "", errors.New(string(answer.Receipts[0]))
	}
	return string(answer.Receipts[0]), nil
}
