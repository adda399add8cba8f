package dev.flops.bench.measure;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The chains of {@link FmaPeak} on vectors. One method for each width, since a species must be a constant where it is used.
 * Links only where the vector module is present. Two rounds a turn of the loop: with one, the code of a method that is compiled as a
 * whole reached half of what that of the same loop does when it is replaced while it runs.
 */
final class VectorFmaChains {
    private VectorFmaChains() {}

    static float of512(int rounds) {
        VectorSpecies<Float> species = FloatVector.SPECIES_512;
        FloatVector x = FloatVector.broadcast(species, FmaPeak.FACTOR);
        FloatVector a = FloatVector.broadcast(species, 1);
        FloatVector b = FloatVector.broadcast(species, 2);
        FloatVector c = FloatVector.broadcast(species, 3);
        FloatVector d = FloatVector.broadcast(species, 4);
        FloatVector e = FloatVector.broadcast(species, 5);
        FloatVector f = FloatVector.broadcast(species, 6);
        FloatVector g = FloatVector.broadcast(species, 7);
        FloatVector h = FloatVector.broadcast(species, 8);
        FloatVector i = FloatVector.broadcast(species, 9);
        FloatVector j = FloatVector.broadcast(species, 10);
        for (int round = 0; round < rounds; round += 2) {
            a = x.fma(x, a);
            b = x.fma(x, b);
            c = x.fma(x, c);
            d = x.fma(x, d);
            e = x.fma(x, e);
            f = x.fma(x, f);
            g = x.fma(x, g);
            h = x.fma(x, h);
            i = x.fma(x, i);
            j = x.fma(x, j);
            a = x.fma(x, a);
            b = x.fma(x, b);
            c = x.fma(x, c);
            d = x.fma(x, d);
            e = x.fma(x, e);
            f = x.fma(x, f);
            g = x.fma(x, g);
            h = x.fma(x, h);
            i = x.fma(x, i);
            j = x.fma(x, j);
        }
        return sum(a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j));
    }

    static float of256(int rounds) {
        VectorSpecies<Float> species = FloatVector.SPECIES_256;
        FloatVector x = FloatVector.broadcast(species, FmaPeak.FACTOR);
        FloatVector a = FloatVector.broadcast(species, 1);
        FloatVector b = FloatVector.broadcast(species, 2);
        FloatVector c = FloatVector.broadcast(species, 3);
        FloatVector d = FloatVector.broadcast(species, 4);
        FloatVector e = FloatVector.broadcast(species, 5);
        FloatVector f = FloatVector.broadcast(species, 6);
        FloatVector g = FloatVector.broadcast(species, 7);
        FloatVector h = FloatVector.broadcast(species, 8);
        FloatVector i = FloatVector.broadcast(species, 9);
        FloatVector j = FloatVector.broadcast(species, 10);
        for (int round = 0; round < rounds; round += 2) {
            a = x.fma(x, a);
            b = x.fma(x, b);
            c = x.fma(x, c);
            d = x.fma(x, d);
            e = x.fma(x, e);
            f = x.fma(x, f);
            g = x.fma(x, g);
            h = x.fma(x, h);
            i = x.fma(x, i);
            j = x.fma(x, j);
            a = x.fma(x, a);
            b = x.fma(x, b);
            c = x.fma(x, c);
            d = x.fma(x, d);
            e = x.fma(x, e);
            f = x.fma(x, f);
            g = x.fma(x, g);
            h = x.fma(x, h);
            i = x.fma(x, i);
            j = x.fma(x, j);
        }
        return sum(a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j));
    }

    static float of128(int rounds) {
        VectorSpecies<Float> species = FloatVector.SPECIES_128;
        FloatVector x = FloatVector.broadcast(species, FmaPeak.FACTOR);
        FloatVector a = FloatVector.broadcast(species, 1);
        FloatVector b = FloatVector.broadcast(species, 2);
        FloatVector c = FloatVector.broadcast(species, 3);
        FloatVector d = FloatVector.broadcast(species, 4);
        FloatVector e = FloatVector.broadcast(species, 5);
        FloatVector f = FloatVector.broadcast(species, 6);
        FloatVector g = FloatVector.broadcast(species, 7);
        FloatVector h = FloatVector.broadcast(species, 8);
        FloatVector i = FloatVector.broadcast(species, 9);
        FloatVector j = FloatVector.broadcast(species, 10);
        for (int round = 0; round < rounds; round += 2) {
            a = x.fma(x, a);
            b = x.fma(x, b);
            c = x.fma(x, c);
            d = x.fma(x, d);
            e = x.fma(x, e);
            f = x.fma(x, f);
            g = x.fma(x, g);
            h = x.fma(x, h);
            i = x.fma(x, i);
            j = x.fma(x, j);
            a = x.fma(x, a);
            b = x.fma(x, b);
            c = x.fma(x, c);
            d = x.fma(x, d);
            e = x.fma(x, e);
            f = x.fma(x, f);
            g = x.fma(x, g);
            h = x.fma(x, h);
            i = x.fma(x, i);
            j = x.fma(x, j);
        }
        return sum(a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j));
    }

    private static float sum(FloatVector vector) {
        return vector.reduceLanes(VectorOperators.ADD);
    }
}
