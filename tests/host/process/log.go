// Collects what a plugin writes to stderr: the raw lines, and what go-plugin made of them.

package process

import (
	"bytes"
	"io"
	"os"
	"strings"
	"sync"
)

// logBytesMax bounds each of the two collections; the oldest half is dropped.
const logBytesMax = 8 << 20

// Log holds the last lines of a plugin.
type Log struct {
	mutex  sync.Mutex
	parsed bytes.Buffer
	lines  bytes.Buffer
	quiet  bool
}

func newLog(quiet bool) *Log { return &Log{quiet: quiet} }

// Write takes what go-plugin made of the lines; hclog calls it.
func (l *Log) Write(line []byte) (int, error) { return l.add(&l.parsed, line) }

// Raw returns the plugin's own lines.
func (l *Log) Raw() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.lines.String()
}

// Parsed returns go-plugin's reading of them, and its own words about the process.
func (l *Log) Parsed() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.parsed.String()
}

// Contains tells whether a text stands anywhere in the log.
func (l *Log) Contains(text string) bool {
	return strings.Contains(l.Raw(), text) || strings.Contains(l.Parsed(), text)
}

func (l *Log) raw() io.Writer { return rawWriter{l} }

type rawWriter struct{ log *Log }

func (w rawWriter) Write(line []byte) (int, error) {
	if !w.log.quiet {
		_, _ = os.Stderr.Write(line)
	}
	return w.log.add(&w.log.lines, line)
}

func (l *Log) add(to *bytes.Buffer, line []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if to.Len()+len(line) > logBytesMax {
		to.Next(to.Len() / 2)
	}
	return to.Write(line)
}
