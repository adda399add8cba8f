/** What the pages of the project quote is what the files of the project hold. */
package dev.flops.bench.docs;
