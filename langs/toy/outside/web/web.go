// Package web is a server and a client of HTTP for translated code.
//
//kiln:host
package web

import (
	"io"
	"net"
	"net/http"
)

// Server is a local server.
//
//kiln:finalizer Close
type Server struct {
	address string
	server  *http.Server
}

// Serve starts a server on a free port of this machine. Requests are answered by a function of the program, which the
// server calls on goroutines of its own.
func Serve(answer func(method, path, body string) (status int, text string)) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		status, text := answer(r.Method, r.URL.Path, string(body))
		w.WriteHeader(status)
		io.WriteString(w, text)
	})
	s := &Server{"http://" + listener.Addr().String(), &http.Server{Handler: handler}}
	go s.server.Serve(listener)
	return s, nil
}

// Address is where the server is: "http://127.0.0.1:40000".
func (s *Server) Address() string { return s.address }

// Close ends the server.
//
//kiln:blocking
func (s *Server) Close() error { return s.server.Close() }

// Get asks for a page.
//
//kiln:blocking
func Get(url string) (status int, body string, err error) {
	r, err := http.Get(url)
	if err != nil {
		return 0, "", err
	}
	defer r.Body.Close()
	data, err := io.ReadAll(r.Body)
	return r.StatusCode, string(data), err
}
