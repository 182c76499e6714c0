namespace Microsoft.ML.Cnn.Networks.Plans.Memory;

/// <summary>Memory that is wanted for a while.</summary>
/// <param name="Length">Floats.</param>
/// <param name="Begin">The first time it is needed.</param>
/// <param name="End">The last.</param>
internal readonly record struct MemoryRequest(long Length, int Begin, int End)
{
    public bool MeetsInTime(MemoryRequest other) => Begin <= other.End && other.Begin <= End;
}

/// <summary>
/// Lets requests that never meet in time share memory: the largest first, each at the lowest place that is free for all of its time.
/// </summary>
internal sealed class MemoryPacking
{
    private readonly IReadOnlyList<MemoryRequest> requests;
    private readonly long[] offsets;

    public MemoryPacking(IReadOnlyList<MemoryRequest> requests)
    {
        this.requests = requests;
        offsets = new long[requests.Count];
        List<int> placed = [];
        foreach (int index in Enumerable.Range(0, requests.Count).OrderByDescending(index => requests[index].Length))
        {
            MemoryRequest request = requests[index];
            long offset = 0;
            foreach (int other in placed.Where(other => requests[other].MeetsInTime(request)).OrderBy(other => offsets[other]))
            {
                if (offset + request.Length <= offsets[other])
                {
                    break;
                }

                offset = Math.Max(offset, offsets[other] + requests[other].Length);
            }

            offsets[index] = offset;
            placed.Add(index);
            Length = Math.Max(Length, offset + request.Length);
        }
    }

    /// <summary>Floats of everything.</summary>
    public long Length { get; }

    public long Offset(int index) => offsets[index];

    /// <summary>Whether some other request lies in the same memory at another time.</summary>
    public bool IsShared(int index) =>
        Enumerable
            .Range(0, requests.Count)
            .Any(other =>
                other != index
                && offsets[other] < offsets[index] + requests[index].Length
                && offsets[index] < offsets[other] + requests[other].Length
            );
}
