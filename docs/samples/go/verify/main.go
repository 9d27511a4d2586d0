// Command verify checks golden records: key, partition, headers and value.
//
//	go run ./verify FOLDER
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"

	"github.com/cloudevents/sdk-go/protocol/kafka_sarama/v2"
	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: verify FOLDER")
		os.Exit(2)
	}
	count, err := verifyAll(context.Background(), os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%d golden records verified\n", count)
}

// partitions is how many the golden records are computed for.
const partitions = 12

// golden is a record of a topic as text: all of it is UTF-8.
type golden struct {
	Topic     string
	Key       string
	Partition int
	Headers   [][2]string
	Value     string
}

func verifyAll(ctx context.Context, folder string) (int, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("no golden records in %s", folder)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		var record golden
		if err := json.Unmarshal(text, &record); err != nil {
			return 0, fmt.Errorf("%s: %w", file, err)
		}
		if err := record.verify(ctx); err != nil {
			return 0, fmt.Errorf("%s: %w", file, err)
		}
	}
	return len(files), nil
}

func (r golden) verify(ctx context.Context) error {
	read, err := r.event(ctx)
	if err != nil {
		return err
	}
	if err := r.matches(read); err != nil {
		return err
	}
	if key := read.Subject(); key != r.Key {
		return fmt.Errorf("the key is %q, the subject %q", r.Key, key)
	}
	if found := partitionOf(r.Topic, r.Key); found != r.Partition {
		return fmt.Errorf("partition %d, computed as %d", r.Partition, found)
	}
	return nil
}

// event reads the record with the CloudEvents SDK, as a consumer would.
func (r golden) event(ctx context.Context) (*event.Event, error) {
	headers := map[string][]byte{}
	for _, header := range r.Headers {
		headers[header[0]] = []byte(header[1])
	}
	message := kafka_sarama.NewMessage([]byte(r.Value), string(headers["content-type"]), headers)
	read, err := binding.ToEvent(ctx, message)
	if err != nil {
		return nil, err
	}
	return read, read.Validate()
}

// matches compares what the SDK has read with the text of the record.
func (r golden) matches(read *event.Event) error {
	extensions := read.Extensions()
	attributes := map[string]string{
		"ce_specversion": read.SpecVersion(),
		"ce_id":          read.ID(),
		"ce_source":      read.Source(),
		"ce_type":        read.Type(),
		"ce_subject":     read.Subject(),
		"content-type":   read.DataContentType(),
	}
	for _, header := range r.Headers {
		name, text := header[0], header[1]
		found, known := attributes[name]
		switch {
		case name == "ce_time":
			found = read.Time().UTC().Format("2006-01-02T15:04:05.000000Z")
		case !known:
			found = fmt.Sprint(extensions[name[len("ce_"):]])
		}
		if found != text {
			return fmt.Errorf("%s is %q, read as %q", name, text, found)
		}
	}
	var written, data any
	if err := errors.Join(json.Unmarshal([]byte(r.Value), &written), read.DataAs(&data)); err != nil {
		return err
	}
	if !reflect.DeepEqual(written, data) {
		return errors.New("the data differ from the value")
	}
	return nil
}

// partitionOf asks the Kafka client, whose default for keys is murmur2 as in the Java client.
func partitionOf(topic, key string) int {
	partitioner := kgo.StickyKeyPartitioner(nil).ForTopic(topic)
	return partitioner.Partition(&kgo.Record{Key: []byte(key)}, partitions)
}
