// Package play serves a page for playing with classifiers: points in the plane, their
// scores, losses and regions. It answers on 127.0.0.1 alone.
//
// # Shape
//
// A page is a file of the directory web, which the program embeds: HTML, CSS and ES
// modules, without a framework. It has tabs. A tab is a button and a section of
// index.html, and a module that main.js lists; it draws and asks, and computes nothing
// that package classifier does.
//
// Everything that is computed is an answer to a request, which has all that the answer
// depends on: the server keeps nothing of a visitor. [answer] makes a handler of a function
// from a request to its answer; server.routes lists them. A function has to check what
// it is asked, in particular everything that its time depends on. Errors that are the
// visitor's own are made by [refuse].
//
// # Visitors
//
// A request has to name this server as its host, and a request from a page has to come
// from a page of this server: see guard. Bodies are bounded, unknown fields refused.
// Computations take turns, page by page: see queue. They end when the request does.
package play
