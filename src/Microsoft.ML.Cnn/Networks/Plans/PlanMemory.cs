using Microsoft.ML.Cnn.Kernels.Simd;
using Microsoft.ML.Cnn.Layers.Operations;
using Microsoft.ML.Cnn.Networks.Plans.Steps;

namespace Microsoft.ML.Cnn.Networks.Plans;

/// <summary>
/// Decides how much memory each value needs: one that is made and used up between two barriers lives in a slice's worth of memory of the
/// worker's own, which stays in its cache; one that a barrier comes between needs room for the whole batch.
/// </summary>
internal static class PlanMemory
{
    public static void Reserve<V>(PlanContext<V> context, Step[] steps)
        where V : struct, IVector<V>
    {
        // Barriers that have been passed when a step begins and ends, forward and backward; the input and the loss are of no step.
        (int Begin, int End)[] forward = new (int, int)[steps.Length];
        (int Begin, int End)[] backward = new (int, int)[steps.Length];
        int barriers = 0;
        for (int i = 0; i < steps.Length; i++)
        {
            forward[i] = Count(steps[i].Forward, ref barriers);
        }

        int turn = barriers;
        for (int i = steps.Length - 1; i >= 0 && context.IsTraining; i--)
        {
            backward[i] = Count(steps[i].Backward, ref barriers);
        }

        Value input = context.Graph.Input;
        Reserve(context[input], Between(0, context.IsTraining ? backward[0].End : forward[0].End));
        for (int i = 0; i < steps.Length; i++)
        {
            Value output = context.Operations[i].Operation.Output;
            bool isLast = i == steps.Length - 1;
            int usedUp =
                context.IsTraining ? backward[i].End
                : isLast ? turn
                : forward[i + 1].End;
            Reserve(context[output], Between(forward[i].Begin, usedUp));
            if (context.TemporaryOf(output) is Blob temporary)
            {
                Reserve(temporary, Between(forward[i].Begin, context.IsTraining ? backward[i].End : forward[i].End));
            }

            // The gradient is made by the next step's backward pass, or by the loss. Without training only the loss writes one.
            if (context.IsTraining || isLast)
            {
                int made = isLast ? turn : backward[i + 1].Begin;
                Reserve(context.GradientOf(output)!, Between(made, context.IsTraining ? backward[i].End : made));
            }
        }

        void Reserve(Blob blob, bool perWorker) =>
            blob.Reserve(context.Arena, context.Options.BatchSize, context.Options.Threads, perWorker);
    }

    /// <summary>Whether no barrier lies between.</summary>
    private static bool Between(int made, int usedUp) => made == usedUp;

    /// <summary>Each batch pass has a barrier before it and one behind it.</summary>
    private static (int Begin, int End) Count(IEnumerable<Pass> passes, ref int barriers)
    {
        int begin = -1;
        foreach (Pass pass in passes)
        {
            if (pass is BatchPass)
            {
                barriers++;
            }

            begin = begin < 0 ? barriers : begin;
            barriers += pass is BatchPass ? 1 : 0;
        }

        return (begin < 0 ? barriers : begin, barriers);
    }
}
