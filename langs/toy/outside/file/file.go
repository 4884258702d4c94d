// Package file is files for translated code.
//
//kiln:host
package file

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
)

// File is an open file. Translated code that loses it need not close it.
//
//kiln:finalizer Close
type File struct{ f *os.File }

// open counts the files that are open: for tests.
var open atomic.Int64

// Open is the number of open files.
func Open() int { return int(open.Load()) }

// Create creates or empties a file for reading and writing.
func Create(name string) (*File, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	open.Add(1)
	return &File{f}, nil
}

// TempDir makes a folder that nobody else uses.
func TempDir() (string, error) { return os.MkdirTemp("", "kiln") }

// RemoveAll removes a folder.
func RemoveAll(name string) error { return os.RemoveAll(name) }

// Write writes all of data.
//
//kiln:borrow
//kiln:blocking
func (f *File) Write(data []byte) (int, error) { return f.f.Write(data) }

// Read fills data as far as there is something; 0 is the end of the file.
//
//kiln:borrow
//kiln:blocking
func (f *File) Read(data []byte) (int, error) {
	n, err := f.f.Read(data)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// Rewind goes back to the beginning.
func (f *File) Rewind() error {
	_, err := f.f.Seek(0, io.SeekStart)
	return err
}

// Close closes the file. Errors of a second time are the caller's.
func (f *File) Close() error {
	err := f.f.Close()
	if err == nil {
		open.Add(-1)
	}
	return err
}

// IsClosed says whether an error is about a closed file.
func IsClosed(err error) bool { return errors.Is(err, os.ErrClosed) }
