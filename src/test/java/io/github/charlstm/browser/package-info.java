/** A headless browser for tests of rendered pages. */
package io.github.charlstm.browser;
