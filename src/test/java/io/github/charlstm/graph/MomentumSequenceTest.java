package io.github.charlstm.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.charlstm.TensorFlowCase;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;

/** Ten steps of momentum from zeros, with the values that TensorFlow's case has of DistBelief. */
class MomentumSequenceTest {
  private static final long[] TEN = {10};

  private static final double[][] GRADIENTS = {
    {
      0.00096264342,
      0.17914793,
      0.93945462,
      0.41396621,
      0.53037018,
      0.93197989,
      0.78648776,
      0.50036013,
      0.55345792,
      0.96722615
    },
    {
      0.17075552,
      0.88821375,
      0.20873757,
      0.25236958,
      0.57578111,
      0.15312378,
      0.5513742,
      0.94687688,
      0.16012503,
      0.22159521
    },
    {
      0.35077485,
      0.47304362,
      0.44412705,
      0.44368884,
      0.078527533,
      0.81223965,
      0.31168157,
      0.43203235,
      0.16792089,
      0.24644311
    },
    {
      0.9694621,
      0.75035888,
      0.28171822,
      0.83813518,
      0.53807181,
      0.3728098,
      0.81454384,
      0.03848977,
      0.89759839,
      0.93665648
    },
    {
      0.38578293,
      0.8536852,
      0.88722926,
      0.66276771,
      0.13678469,
      0.94036359,
      0.69107032,
      0.81897682,
      0.5433259,
      0.67860287
    },
    {
      0.27885768,
      0.76100707,
      0.24625534,
      0.81354135,
      0.18959245,
      0.48038563,
      0.84163809,
      0.41172323,
      0.83259648,
      0.44941229
    },
    {
      0.27233034,
      0.056316052,
      0.5039115,
      0.24105175,
      0.35697976,
      0.75913221,
      0.73577434,
      0.16014607,
      0.57500273,
      0.071136251
    },
    {
      0.58697265,
      0.2494842,
      0.08106143,
      0.39954534,
      0.15892942,
      0.12683646,
      0.74053431,
      0.16033,
      0.66625422,
      0.73515922
    },
    {
      0.8215279,
      0.41994119,
      0.95172721,
      0.68000203,
      0.79439718,
      0.43384039,
      0.55561525,
      0.22567581,
      0.93331909,
      0.29438227
    },
    {
      0.68297005,
      0.67758518,
      0.1748755,
      0.13266537,
      0.70697063,
      0.055731893,
      0.68593478,
      0.50580865,
      0.12602448,
      0.093537711
    },
  };

  private static final double[][] EXPECTED = {
    {
      -9.6264346e-05,
      -0.017914793,
      -0.093945466,
      -0.041396622,
      -0.053037018,
      -0.093197994,
      -0.078648776,
      -0.050036013,
      -0.055345792,
      -0.096722618
    },
    {
      -0.017181443,
      -0.10852765,
      -0.12421377,
      -0.070773244,
      -0.11591884,
      -0.11783017,
      -0.14165108,
      -0.14972731,
      -0.076892875,
      -0.1285544
    },
    {
      -0.053967446,
      -0.1648933,
      -0.1716533,
      -0.1180798,
      -0.13005978,
      -0.20151734,
      -0.17911947,
      -0.20289968,
      -0.095839672,
      -0.15638189
    },
    {
      -0.15459226,
      -0.24556576,
      -0.20456907,
      -0.20662397,
      -0.18528105,
      -0.24716705,
      -0.2643207,
      -0.21206589,
      -0.18749419,
      -0.2528303
    },
    {
      -0.20323303,
      -0.33900154,
      -0.29658359,
      -0.28175515,
      -0.20448165,
      -0.34576839,
      -0.34194785,
      -0.29488021,
      -0.25099224,
      -0.33033544
    },
    {
      -0.23598288,
      -0.42444581,
      -0.33041057,
      -0.3706224,
      -0.22536094,
      -0.40366709,
      -0.43387437,
      -0.34433398,
      -0.34060168,
      -0.38302717
    },
    {
      -0.26649091,
      -0.43862185,
      -0.38418442,
      -0.40361428,
      -0.26314685,
      -0.48537019,
      -0.51664448,
      -0.36529395,
      -0.40706289,
      -0.39540997
    },
    {
      -0.32823896,
      -0.46498787,
      -0.39766794,
      -0.446868,
      -0.28281838,
      -0.50622416,
      -0.59897494,
      -0.38342294,
      -0.48033443,
      -0.47016418
    },
    {
      -0.41656655,
      -0.50961858,
      -0.49418902,
      -0.51919359,
      -0.36422527,
      -0.55169362,
      -0.6627695,
      -0.40780342,
      -0.58099347,
      -0.50707781
    },
    {
      -0.49369633,
      -0.58184016,
      -0.52132869,
      -0.5396927,
      -0.44306302,
      -0.56181377,
      -0.73774242,
      -0.46082234,
      -0.60366184,
      -0.52012295
    },
  };

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @TensorFlowCase("momentum_test.MomentumOptimizerTest.testLikeDistBeliefMom01")
  void tenStepsGiveTheValuesOfDistBelief(boolean resource) {
    try (OptimizerGraph<TFloat32> graph = new OptimizerGraph<>(TFloat32.class, resource)) {
      GraphVariable<TFloat32> var0 = graph.variable("var0", TEN, new double[10]);
      GraphVariable<TFloat32> gradient = graph.variable("gradient", TEN, new double[10]);
      Op train =
          graph.apply(new MomentumOptimizer(0.1f, 0.1f), List.of(var0), List.of(gradient.value()));
      List<Op> gradients = new ArrayList<>();
      for (double[] values : GRADIENTS) {
        gradients.add(gradient.assign(graph.tf(), graph.constant(TEN, values)));
      }
      graph.initialize();
      for (int step = 0; step < EXPECTED.length; step++) {
        graph.run(gradients.get(step), 1);
        graph.run(train, 1);
        double[] found = graph.values(var0);
        for (int k = 0; k < found.length; k++) {
          assertThat(found[k])
              .as("step %s, value %s", step, k)
              .isCloseTo(EXPECTED[step][k], within(1e-6));
        }
      }
    }
  }
}
