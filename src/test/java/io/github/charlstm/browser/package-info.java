/** A headless browser for tests that read pages as they are rendered. */
package io.github.charlstm.browser;
