namespace Microsoft.ML.Cnn.Experiments.Tuners;

/// <summary>
/// Tries every combination of a few values of everything that varies, once: all values of choices and short ranges of whole numbers, and of others so many at equal
/// distances (in the logarithm of those that are logarithmic), both ends included. The thing added first changes slowest.
/// </summary>
/// <param name="space">What varies.</param>
/// <param name="steps">Values of a range, at least 2.</param>
internal sealed class GridSearchTuner(CnnSearchSpace space, int steps) : ICnnTuner
{
    // Each digit of the number of a combination, from the slowest, is the number of a value. What alternatives hold makes combinations of
    // different lengths, so they are walked, not counted.
    private readonly List<CnnParameters> combinations = [];
    private IEnumerator<CnnParameters>? walk;

    public CnnParameters? Propose(int trialId)
    {
        walk ??= Walk().GetEnumerator();
        while (combinations.Count <= trialId && walk.MoveNext())
        {
            combinations.Add(walk.Current);
        }

        return trialId < combinations.Count ? combinations[trialId] : null;
    }

    public void Update(CnnTrialSettings trial, int epochs, double loss) { }

    private IEnumerable<CnnParameters> Walk()
    {
        List<(int Value, int Count)> digits = [];
        do
        {
            int next = 0;
            yield return space.Draw(
                (_, option) =>
                {
                    object[] values = Values(option);
                    if (next == digits.Count)
                    {
                        digits.Add((0, values.Length));
                    }

                    return values[digits[next++].Value];
                }
            );
        } while (Increment(digits));
    }

    /// <summary>Counts on; digits behind the one that changes begin anew, since other things may vary there.</summary>
    private static bool Increment(List<(int Value, int Count)> digits)
    {
        while (digits is [.., var last])
        {
            if (last.Value + 1 < last.Count)
            {
                digits[^1] = (last.Value + 1, last.Count);
                return true;
            }

            digits.RemoveAt(digits.Count - 1);
        }

        return false;
    }

    private object[] Values(CnnSearchOption option)
    {
        int count = option.Count is { } few && (few <= steps || option.IsCategorical) ? few : steps;
        return option.Count == count
            ? [.. Enumerable.Range(0, count).Select(value => option.At((value + 0.5) / count))]
            : [.. Enumerable.Range(0, count).Select(value => option.At((double)value / (count - 1))).Distinct()];
    }
}
