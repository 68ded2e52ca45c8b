package observable

import (
	"io"
	"runtime"
	"sync"
	"testing"
)

var benchText = sync.OnceValue(func() string { return generate(42, 50_000_000) })

// 50 MB of mail headers, mail logs, JSON, HTML, base64, prose and defanged
// indicators, all types on: the bar is 200 MB/s on one core.
func BenchmarkExtractReader(b *testing.B) {
	text := benchText()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	defer reportCPU(b, len(text))()
	for b.Loop() {
		n := 0
		if err := ExtractReader(b.Context(), &chunkReader{text, 1 << 16}, Options{}, func(Match) error { n++; return nil }); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(n), "matches")
	}
}

// The same as one string, matches collected.
func BenchmarkExtract(b *testing.B) {
	text := benchText()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	defer reportCPU(b, len(text))()
	for b.Loop() {
		b.ReportMetric(float64(len(Extract(text, Options{}))), "matches")
	}
}

// Memory must not grow with the input: 1 GB through a reader that makes it as
// it goes. peak-MB is the most that the heap held.
func BenchmarkStreamGigabyte(b *testing.B) {
	if testing.Short() {
		b.Skip("a gigabyte takes a while")
	}
	const size = 1 << 30
	b.SetBytes(size)
	for b.Loop() {
		var ms runtime.MemStats
		inUse := func() uint64 { runtime.ReadMemStats(&ms); return ms.HeapInuse + ms.StackInuse }
		runtime.GC()
		before := inUse() // the texts of other benchmarks; they let the collector wait, too, so that it is best run alone
		peak, n := before, 0
		err := ExtractReader(b.Context(), io.LimitReader(newTextGen(7), size), Options{}, func(Match) error {
			if n++; n%100_000 == 0 {
				peak = max(peak, inUse())
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(peak-before)/1e6, "peak-MB")
	}
}

// reportCPU reports megabytes a second of processor time, collector included.
func reportCPU(b *testing.B, size int) func() {
	runtime.GC()
	start := cpuTime()
	return func() {
		if d := cpuTime() - start; d > 0 {
			b.ReportMetric(float64(size)*float64(b.N)/1e6/d.Seconds(), "cpu-MB/s")
		}
	}
}
