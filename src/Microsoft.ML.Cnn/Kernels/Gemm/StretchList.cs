using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Cnn.Kernels.Gemm;

/// <summary>Stretches at an address that the garbage collector leaves alone.</summary>
internal readonly unsafe struct StretchList
{
    private readonly Stretch[] stretches;

    public StretchList(IReadOnlyList<Stretch> list)
    {
        stretches = GC.AllocateArray<Stretch>(list.Count, pinned: true);
        for (int i = 0; i < list.Count; i++)
        {
            stretches[i] = list[i];
        }
    }

    public int Count => stretches.Length;

    public Stretch* Address => (Stretch*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(stretches));
}
