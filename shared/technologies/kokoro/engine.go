package kokoro

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Values of ONNX Runtime's onnxruntime_c_api.h. The table of functions only ever
// grows at its end, so that a place in it is the same in all versions since apiVersion.
const (
	apiVersion = 14

	logErrors   = 3
	allGraph    = 99 // all optimisations of the graph
	arena       = 1  // OrtArenaAllocator
	defaultKind = 0  // OrtMemTypeDefault
	float32Kind = 1
	int64Kind   = 7
)

// api are the functions of the runtime that are needed, by their place in its table.
type api struct {
	message        func(status uintptr) string
	createEnv      func(level int32, name string, env *uintptr) uintptr
	createSession  func(env uintptr, path string, options uintptr, session *uintptr) uintptr
	run            func(session, options uintptr, inNames, ins unsafe.Pointer, inCount uintptr, outNames unsafe.Pointer, outCount uintptr, outs unsafe.Pointer) uintptr
	createOptions  func(options *uintptr) uintptr
	optimise       func(options uintptr, level int32) uintptr
	threads        func(options uintptr, count int32) uintptr
	configure      func(options uintptr, key, value string) uintptr
	createTensor   func(memory uintptr, data unsafe.Pointer, bytes uintptr, shape unsafe.Pointer, dimensions uintptr, kind int32, value *uintptr) uintptr
	data           func(value uintptr, data *unsafe.Pointer) uintptr
	shape          func(value uintptr, info *uintptr) uintptr
	count          func(info uintptr, count *uintptr) uintptr
	createMemory   func(allocator, kind int32, memory *uintptr) uintptr
	createRun      func(options *uintptr) uintptr
	terminate      func(options uintptr) uintptr
	releaseStatus  func(uintptr)
	releaseValue   func(uintptr)
	releaseRun     func(uintptr)
	releaseShape   func(uintptr)
	releaseOptions func(uintptr)
}

func (a *api) places() map[int]any {
	return map[int]any{
		2: &a.message, 3: &a.createEnv, 7: &a.createSession, 9: &a.run, 10: &a.createOptions,
		23: &a.optimise, 24: &a.threads, 130: &a.configure, 39: &a.createRun, 46: &a.terminate, 49: &a.createTensor, 51: &a.data,
		64: &a.count, 65: &a.shape, 69: &a.createMemory,
		93: &a.releaseStatus, 96: &a.releaseValue, 97: &a.releaseRun, 99: &a.releaseShape, 100: &a.releaseOptions,
	}
}

// ok makes an error of a status, which is nothing when all went well.
func (a *api) ok(doing string, status uintptr) error {
	if status == 0 {
		return nil
	}
	defer a.releaseStatus(status)
	return fmt.Errorf("%s: %s", doing, a.message(status))
}

// engine is the runtime with the model in it, for the life of the process.
type engine struct {
	api
	session, memory uintptr
}

// open loads the library and the model.
func open(library, model string) (*engine, error) {
	handle, err := purego.Dlopen(library, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil, fmt.Errorf("load ONNX Runtime: %w", err)
	}
	symbol, err := purego.Dlsym(handle, "OrtGetApiBase")
	if err != nil {
		return nil, fmt.Errorf("find ONNX Runtime's functions: %w", err)
	}
	var base func() *struct{ getAPI, version uintptr }
	purego.RegisterFunc(&base, symbol)
	var table func(version uint32) unsafe.Pointer
	purego.RegisterFunc(&table, base().getAPI)
	functions := table(apiVersion)
	if functions == nil {
		return nil, fmt.Errorf("load ONNX Runtime: it is older than version 1.%d", apiVersion)
	}
	e := &engine{}
	for place, into := range e.places() {
		purego.RegisterFunc(into, *(*uintptr)(unsafe.Add(functions, uintptr(place)*unsafe.Sizeof(uintptr(0)))))
	}
	return e, e.load(model)
}

func (e *engine) load(model string) error {
	var env, options uintptr
	if err := e.ok("start ONNX Runtime", e.createEnv(logErrors, "kokoro", &env)); err != nil {
		return err
	}
	if err := e.ok("make options", e.createOptions(&options)); err != nil {
		return err
	}
	defer e.releaseOptions(options)
	return errors.Join(
		e.ok("set optimisation", e.optimise(options, allGraph)),
		e.ok("set threads", e.threads(options, int32(min(runtime.NumCPU(), maxThreads)))),
		// Threads that wait busily take the time of the encoders beside them.
		e.ok("set waiting", e.configure(options, "session.intra_op.allow_spinning", "0")),
		e.ok("load model", e.createSession(env, model, options, &e.session)),
		e.ok("describe memory", e.createMemory(arena, defaultKind, &e.memory)),
	)
}

// maxThreads is how many the model makes use of.
const maxThreads = 4

// speak runs the model: samples between -1 and 1 at rate.
func (e *engine) speak(ctx context.Context, tokens []int64, style []float32, speed float32) ([]float32, error) {
	var pinned runtime.Pinner // the runtime keeps the addresses while it works
	defer pinned.Unpin()
	pace := []float32{speed}
	pinned.Pin(&tokens[0])
	pinned.Pin(&style[0])
	pinned.Pin(&pace[0])
	ins := make([]uintptr, 3)
	defer func() {
		for _, value := range ins {
			if value != 0 {
				e.releaseValue(value)
			}
		}
	}()
	if err := errors.Join(
		e.tensor(unsafe.Pointer(&tokens[0]), int64Kind, 8, []int64{1, int64(len(tokens))}, &ins[0]),
		e.tensor(unsafe.Pointer(&style[0]), float32Kind, 4, []int64{1, int64(len(style))}, &ins[1]),
		e.tensor(unsafe.Pointer(&pace[0]), float32Kind, 4, []int64{1}, &ins[2]),
	); err != nil {
		return nil, err
	}
	var options uintptr
	if err := e.ok("make run options", e.createRun(&options)); err != nil {
		return nil, err
	}
	defer e.releaseRun(options)
	told := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { defer close(told); e.terminate(options) })
	outs := []uintptr{0}
	err := e.ok("run the model", e.call(options, ins, outs))
	if !stop() {
		<-told // the options must outlive it
	}
	if outs[0] != 0 {
		defer e.releaseValue(outs[0])
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return e.samples(outs[0])
}

func (e *engine) call(options uintptr, ins, outs []uintptr) uintptr {
	inNames, outNames := names("tokens", "style", "speed"), names("audio")
	defer runtime.KeepAlive(inNames)
	defer runtime.KeepAlive(outNames)
	return e.run(e.session, options, unsafe.Pointer(&inNames[0]), unsafe.Pointer(&ins[0]), uintptr(len(ins)),
		unsafe.Pointer(&outNames[0]), uintptr(len(outs)), unsafe.Pointer(&outs[0]))
}

func (e *engine) tensor(data unsafe.Pointer, kind int32, width int64, shape []int64, into *uintptr) error {
	bytes := width
	for _, n := range shape {
		bytes *= n
	}
	return e.ok("make tensor", e.createTensor(e.memory, data, uintptr(bytes), unsafe.Pointer(&shape[0]), uintptr(len(shape)), kind, into))
}

// samples copies what the runtime owns.
func (e *engine) samples(value uintptr) ([]float32, error) {
	var info, count uintptr
	if err := e.ok("describe sound", e.shape(value, &info)); err != nil {
		return nil, err
	}
	defer e.releaseShape(info)
	var data unsafe.Pointer
	if err := errors.Join(e.ok("measure sound", e.count(info, &count)), e.ok("read sound", e.data(value, &data))); err != nil || count == 0 {
		return nil, err
	}
	return append([]float32(nil), unsafe.Slice((*float32)(data), count)...), nil
}

// names are strings as C has them.
func names(all ...string) []*byte {
	var pointers []*byte
	for _, name := range all {
		pointers = append(pointers, &append([]byte(name), 0)[0])
	}
	return pointers
}
